import KafkaCore
import Testing

@testable import ReadEngine

/// Where the partitions that a group has assigned begin.
struct GroupRuleTests {
    private let place = TopicPartition("orders", 3)

    /// A rule with a reset that was said, for a partition that holds 10 to 99.
    private func start(
        _ reset: OffsetReset? = nil,
        stopsAtEnd: Bool = false,
        committed: Int64? = nil,
        isKnown: Bool = true,
        partitions: Int = 4
    ) throws -> GroupStart {
        let rule = GroupRule(
            reset: reset,
            stopsAtEnd: stopsAtEnd,
            partitionCounts: ["orders": partitions]
        )
        return try rule.start(
            of: place,
            committed: committed,
            first: isKnown ? 10 : nil,
            last: isKnown ? 100 : nil
        ) { position in
            guard isKnown else { return nil }
            switch position {
            case .earliest: return 10
            case .latest: return 100
            case .time: return 50
            case .offset(let offset): return offset
            }
        }
    }

    @Test func whatIsCommittedGoesBeforeTheReset() throws {
        for reset in [nil, .earliest, .latest, .error, .time(5)] as [OffsetReset?] {
            let start = try start(reset, committed: 42)
            #expect(start.start == .at(42))
            #expect(start.deleted == nil)
            #expect(!start.commitsStart)
            #expect(start.isUpToDate)
        }
    }

    private static let resets: [(OffsetReset?, Bool, Int64)] = [
        (.earliest, false, 10), (.latest, false, 100), (.time(5), false, 50), (nil, false, 100),
        (nil, true, 10), (.latest, true, 100),
    ]

    @Test(arguments: resets)
    func withoutAnOffsetTheResetDecides(reset: OffsetReset?, stopsAtEnd: Bool, offset: Int64) throws
    {
        let start = try start(reset, stopsAtEnd: stopsAtEnd)
        #expect(start.start == .at(offset))
        #expect(start.first == offset)
        #expect(start.end == (stopsAtEnd ? 100 : nil))
        // What lies before it is never printed: the next member is to begin there too.
        #expect(start.commitsStart == (offset > 10))
        #expect(!start.isUpToDate)
    }

    @Test func aPartitionThatIsNewIsReadFromItsBeginning() throws {
        #expect(try start(partitions: 3).start == .at(10))
        #expect(try start(.latest, partitions: 3).start == .at(100))
    }

    @Test func withoutAnOffsetItCanBeAnError() throws {
        #expect(throws: ReaderError.noCommittedOffset(place, deleted: nil)) { try start(.error) }
    }

    @Test func whatWasDeletedIsTold() throws {
        let start = try start(committed: 4)
        #expect(start.start == .at(10))
        #expect(start.deleted == 4...9)
        #expect(try self.start(.latest, committed: 4).start == .at(100))
        #expect(throws: ReaderError.noCommittedOffset(place, deleted: 4)) {
            try self.start(.error, committed: 4)
        }
    }

    /// The end that is told may be before records of an open transaction.
    @Test func behindTheEndOnlyTheBrokerKnows() throws {
        let start = try start(stopsAtEnd: true, committed: 107)
        #expect(start.start == .at(107))
        #expect(start.first == nil)
        #expect(start.end == 100)
    }

    @Test func whereNobodyAnswersTheLibraryFindsThePlace() throws {
        #expect(try start(isKnown: false).start == .end)
        #expect(try start(.earliest, isKnown: false).start == .beginning)
        #expect(try start(committed: 5, isKnown: false).start == .at(5))
    }
}
