import KafkaCore
import Testing

@testable import CommandKit
@testable import Commands

/// Where a group's partitions begin, and how they are told.
struct GroupTests {
    private let place = TopicPartition("orders", 3)

    @Test(
        arguments: [
            ("smallest", .earliest), ("earliest", .earliest), ("beginning", .earliest),
            ("largest", .latest), ("latest", .latest), ("end", .latest), ("error", .error),
            ("none", nil), ("2026-01-31", nil), ("Earliest", .earliest), ("", nil),
        ] as [(String, OffsetReset?)]
    )
    func whatThePropertyOfTheResetSays(_ value: String, _ reset: OffsetReset?) throws {
        #expect(OffsetReset(property: value) == reset)
        guard let reset else { return }
        #expect(OffsetReset(property: reset.property) == reset)
    }

    /// A rule with a reset that was said, for a partition that holds 10 to 99.
    private func start(
        _ reset: String? = nil,
        stopsAtEnd: Bool = false,
        committed: Int64? = nil,
        isKnown: Bool = true,
        partitions: Int = 4
    ) throws -> GroupStart {
        let argument = try reset.map { try OffsetResetArgument(argument: $0) }
        let rule = GroupRule(
            reset: argument.map { GroupReset($0.reset, "--offset-reset \($0.argumentText)") },
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
            case .start: return 10
            case .end: return 100
            case .time: return 50
            case .offset(let offset): return offset
            case .stored: return nil
            }
        }
    }

    @Test func whatIsCommittedGoesBeforeTheReset() throws {
        for reset in [nil, "earliest", "latest", "error", "-5m"] {
            let start = try start(reset, committed: 42)
            #expect(start.start == .at(42))
            #expect(start.note == nil)
            #expect(!start.commitsStart)
            #expect(start.isUpToDate)
        }
    }

    private static let resets: [(String?, Bool, Int64)] = [
        ("earliest", false, 10), ("latest", false, 100), ("-5m", false, 50), (nil, false, 100),
        (nil, true, 10), ("latest", true, 100),
    ]

    @Test(arguments: resets)
    func withoutAnOffsetTheResetDecides(reset: String?, stopsAtEnd: Bool, offset: Int64) throws {
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
        #expect(try start("latest", partitions: 3).start == .at(100))
    }

    @Test func withoutAnOffsetItCanBeAnError() throws {
        #expect(throws: CommandError.self) { try start("error") }
    }

    @Test func whatWasDeletedIsTold() throws {
        let start = try start(committed: 4)
        #expect(start.start == .at(10))
        #expect(start.note?.contains("from the committed offset 4 to 9 are deleted") == true)
        #expect(try self.start("latest", committed: 4).start == .at(100))
        #expect(throws: CommandError.self) { try self.start("error", committed: 4) }
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
        #expect(try start("earliest", isKnown: false).start == .beginning)
        #expect(try start(committed: 5, isKnown: false).start == .at(5))
    }

    @Test func partitionsAreToldInRuns() {
        func list(_ places: [(String, Int32, Int64?)]) -> String {
            GroupText.list(places.map { (TopicPartition($0.0, $0.1), from: $0.2) })
        }
        #expect(list([]) == "no partition")
        #expect(list([("a", 0, 7)]) == "a 0 from 7")
        #expect(list([("a", 2, 0), ("a", 0, 0), ("a", 1, 0)]) == "a 0-2 from 0")
        #expect(
            list([("a", 0, 0), ("a", 1, 0), ("a", 2, 9), ("a", 4, 9), ("b", 0, 9), ("b", 1, nil)])
                == "a 0-1 from 0, 2, 4 from 9; b 0 from 9, 1"
        )
        let many = (0..<40).map { ("a", Int32($0), Int64($0)) as (String, Int32, Int64?) }
        #expect(list(many).hasSuffix(", 11 from 11 and 28 more"))
    }
}
