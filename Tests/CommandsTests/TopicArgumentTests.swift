// Values of options about topics: lists of partitions and brokers, configuration, requests.

import Testing

@testable import Arguments
@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct TopicArgumentTests {
    @Test(
        arguments: [
            ("0", [0]), ("0,3-5", [0, 3, 4, 5]), ("5,1,5,1-2", [1, 2, 5]), ("7-7", [7]),
            ("2147483647", [.max]), ("2147483646-2147483647", [.max - 1, .max]),
        ] as [(String, [Int32])]
    )
    func partitionNumbers(_ text: String, _ numbers: [Int32]) throws {
        let argument = try PartitionNumbers(argument: text)
        #expect(argument.numbers == numbers)
        #expect(argument.argumentText == text)
    }

    @Test(arguments: [
        "", ",", "0,", ",0", "-", "-1", "1-", "1-2-3", "3-1", "a", "0x1", "1 ", "2147483648",
        "0-2147483647", "0-100000", "١",
    ])
    func whatIsNoPartitionNumbers(_ text: String) {
        #expect(throws: InvalidValue.self) { try PartitionNumbers(argument: text) }
    }

    @Test(
        arguments: [
            ("0", [[0]]), ("0:1,1:2", [[0, 1], [1, 2]]), ("3:2:1", [[3, 2, 1]]),
            ("1,1,1", [[1], [1], [1]]),
        ] as [(String, [[Int32]])]
    )
    func replicaAssignments(_ text: String, _ brokers: [[Int32]]) throws {
        #expect(try ReplicaAssignment(argument: text).brokers == brokers)
    }

    @Test(arguments: [
        ("", "'' is not a broker number"), ("0:", "'' is not a broker number"),
        ("0,", "'' is not a broker number"), ("a:1", "'a' is not a broker number"),
        ("-1", "'-1' is not a broker number"),
        ("2147483648", "'2147483648' is not a broker number"),
        ("0:1:0", "broker 0 is named twice for one partition"),
        ("0:1,2", "every partition needs the same number of brokers"),
        ("0,1:2", "every partition needs the same number of brokers"),
    ])
    func whatIsNoReplicaAssignment(_ text: String, _ reason: String) {
        #expect(throws: InvalidValue(reason)) { try ReplicaAssignment(argument: text) }
    }

    @Test(arguments: [
        ("retention.ms=60000", "retention.ms", "60000"), ("a=", "a", ""), ("a=b=c", "a", "b=c"),
        ("a= b ", "a", " b "), ("ä=ö", "ä", "ö"),
    ])
    func configurationEntries(_ text: String, _ name: String, _ value: String) throws {
        #expect(try ConfigArgument(argument: text).entry == ConfigEntry(name, value))
    }

    @Test(arguments: ["", "=", "=x", "retention.ms"])
    func whatIsNoConfigurationEntry(_ text: String) {
        #expect(throws: InvalidValue("not NAME=VALUE")) { try ConfigArgument(argument: text) }
    }

    @Test(
        arguments: [
            ("orders", "orders", 1), ("orders:3", "orders", 3),
            ("a.b_c-D9:10000", "a.b_c-D9", 10_000),
            ("...:1", "...", 1),
        ] as [(String, String, Int32)]
    )
    func topicRequests(_ text: String, _ name: String, _ partitions: Int32) throws {
        let request = try TopicRequest(argument: text)
        #expect(request.name == name)
        #expect(request.partitions == partitions)
        #expect(try TopicRequest(argument: request.argumentText) == request)
    }

    @Test func aTopicsNameHasALongestLength() throws {
        let longest = String(repeating: "x", count: 249)
        #expect(try TopicRequest(argument: longest).name == longest)
        #expect(throws: InvalidValue.self) { try TopicRequest(argument: longest + "x") }
    }

    @Test(arguments: [
        "", ":", ":3", "a:", "a:0", "a:-1", "a:10001", "a:b", "a:1:2", ".", "..", "a b", "a/b", "ä",
        "a\n", "a:1 ",
    ])
    func whatIsNoTopicRequest(_ text: String) {
        #expect(throws: InvalidValue.self) { try TopicRequest(argument: text) }
    }

    @Test func aPatternMatchesWholeNames() throws {
        let topics = ["a", "ab", "abc", "b.a"].map { Topic(name: $0, partitions: [], error: nil) }
        func names(_ pattern: String) throws -> [String] {
            try NamePattern(argument: pattern).matching(topics, by: \.name).map(\.name)
        }
        #expect(try names("a") == ["a"])
        #expect(try names("a.*") == ["a", "ab", "abc"])
        #expect(try names("ab?|b\\.a") == ["a", "ab", "b.a"])
        #expect(try names("A") == [])
        #expect(try names("") == [])
    }

    @Test(arguments: ["[", "(", "*", "a{2,1}", "\\"])
    func whatIsNoPattern(_ text: String) {
        #expect(throws: InvalidValue.self) { try NamePattern(argument: text) }
    }
}
