import KafkaCore
import Testing

@testable import Commands

/// How the partitions of a group are listed.
struct GroupTests {
    @Test(
        arguments: [
            ("smallest", .earliest), ("earliest", .earliest), ("beginning", .earliest),
            ("largest", .latest), ("latest", .latest), ("end", .latest), ("error", .error),
            ("none", nil), ("2026-01-31", nil), ("Earliest", .earliest), ("", nil),
        ] as [(String, OffsetResetChoice?)]
    )
    func whatThePropertyOfTheResetSays(_ value: String, _ reset: OffsetResetChoice?) throws {
        #expect(OffsetResetChoice(property: value) == reset)
        guard let reset else { return }
        #expect(OffsetResetChoice(property: reset.property) == reset)
    }

    @Test func partitionsAreToldInRuns() {
        func list(_ places: [(String, Int32, Int64?)]) -> String {
            GroupText.list(places.map { (TopicPartition($0.0, $0.1), from: $0.2) })
        }
        #expect(list([]) == "no partition")
        #expect(list([("a", 0, 7)]) == "a[0] from offset 7")
        #expect(list([("a", 2, 0), ("a", 0, 0), ("a", 1, 0)]) == "a[0-2] from offset 0")
        #expect(
            list([("a", 0, 0), ("a", 1, 0), ("a", 2, 9), ("a", 4, 9), ("b", 0, 9), ("b", 1, nil)])
                == "a[0-1] from offset 0, a[2,4] from offset 9, b[0] from offset 9, b[1]"
        )
        let many = (0..<40).map { ("a", Int32($0), Int64($0)) as (String, Int32, Int64?) }
        #expect(list(many).hasSuffix(", a[11] from offset 11 and 28 more"))
    }
}
