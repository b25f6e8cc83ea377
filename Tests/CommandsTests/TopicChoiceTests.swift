// Which topics and partitions a command is about.

import Testing

@testable import Arguments
@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct TopicChoiceTests {
    private let metadata = Metadata(
        brokers: [],
        topics: ["__consumer_offsets", "a", "ab", "b"].map {
            Topic(name: $0, partitions: [], error: nil)
        } + [Topic(name: "gone", partitions: [], error: KafkaError(.notFound, "unknown"))]
    )

    private func choose(
        _ names: [String] = [],
        pattern: String? = nil,
        includesInternal: Bool = false
    ) throws -> (chosen: [String], missing: [String]) {
        var selection = TopicSelection()
        selection.names = names
        selection.pattern = try pattern.map { try NamePattern(argument: $0) }
        selection.includesInternal = includesInternal
        var missing: [String] = []
        let topics = try selection.choose(from: metadata) { missing.append($0) }
        return (topics.map(\.name), missing)
    }

    @Test func withNothingSelectedAllAreChosenButInternalOnes() throws {
        #expect(try choose().chosen == ["a", "ab", "b", "gone"])
        #expect(
            try choose(includesInternal: true).chosen
                == ["__consumer_offsets", "a", "ab", "b", "gone"]
        )
    }

    @Test func namesAreTakenInTheirOrderOnceAndLiterally() throws {
        let (chosen, missing) = try choose(["b", "a", "b", "a.*", "x", "x", "gone"])
        #expect(chosen == ["b", "a"])
        #expect(missing == ["a.*", "x", "gone"])
        #expect(try choose(["__consumer_offsets"]).chosen == ["__consumer_offsets"])
    }

    @Test func aPatternTakesWholeNames() throws {
        #expect(try choose(pattern: "a.*").chosen == ["a", "ab"])
        #expect(try choose(pattern: ".*offsets").chosen == [])
        #expect(
            try choose(pattern: ".*offsets", includesInternal: true).chosen
                == ["__consumer_offsets"]
        )
        #expect(try choose(pattern: "nothing").missing == [])
    }

    @Test func namesAndAPatternTakeNothingTwice() throws {
        #expect(try choose(["ab"], pattern: "a.*").chosen == ["ab", "a"])
    }

    private struct Trouble: Sendable {
        var leader: Int32? = 1
        var inSync: [Int32] = [1, 2, 3]
        var records: Int64? = 5
    }

    @Test(arguments: [
        (PartitionFilter(), Trouble(), true),
        (PartitionFilter(), Trouble(records: nil), true),
        (PartitionFilter(underReplicated: true), Trouble(), false),
        (PartitionFilter(underReplicated: true), Trouble(inSync: [1, 2]), true),
        (PartitionFilter(unavailable: true), Trouble(inSync: [1]), false),
        (PartitionFilter(unavailable: true), Trouble(leader: nil), true),
        (PartitionFilter(underMinimum: true), Trouble(inSync: [1, 2]), false),
        (PartitionFilter(underMinimum: true), Trouble(inSync: [1]), true),
        (PartitionFilter(underMinimum: true), Trouble(leader: nil), true),
        (PartitionFilter(atMinimum: true), Trouble(inSync: [1, 2]), true),
        (PartitionFilter(atMinimum: true), Trouble(inSync: [1]), false),
        (PartitionFilter(atMinimum: true), Trouble(), false),
        (PartitionFilter(unavailable: true, atMinimum: true), Trouble(inSync: [1, 2]), true),
        (PartitionFilter(skipsEmpty: true), Trouble(), true),
        (PartitionFilter(skipsEmpty: true), Trouble(records: 0), false),
        (PartitionFilter(skipsEmpty: true), Trouble(records: nil), true),
        (PartitionFilter(underReplicated: true, skipsEmpty: true), Trouble(inSync: []), true),
        (
            PartitionFilter(underReplicated: true, skipsEmpty: true),
            Trouble(inSync: [], records: 0), false
        ),
    ])
    private func partitionsAreFiltered(_ filter: PartitionFilter, _ state: Trouble, _ passes: Bool)
    {
        let partition = Partition(
            id: 0,
            leader: state.leader,
            replicas: [1, 2, 3],
            inSync: state.inSync
        )
        let report = PartitionReport(
            partition: partition,
            start: state.records == nil ? nil : 10,
            ends: state.records.map {
                PartitionEnds(endOffset: $0 + 10, lastStableOffset: $0 + 10)
            }
        )
        #expect(filter.passes(report, minimumInSync: 2) == passes)
    }

    @Test func recordsAreNeverFewerThanNone() {
        let partition = Partition(id: 0, leader: 1, replicas: [1], inSync: [1])
        let ends = PartitionEnds(endOffset: 4, lastStableOffset: 4)
        #expect(PartitionReport(partition: partition, start: 9, ends: ends).records == 0)
        #expect(PartitionReport(partition: partition, start: nil, ends: ends).records == nil)
    }
}
