// Topics read from JSON: what describe prints comes back, and faults are told with their place.

import JSON
import Output
import Testing

@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct TopicFileTests {
    private func topics(_ text: String) throws(CommandError) -> [NewTopic] {
        try TopicFile.topics(in: Array(text.utf8), path: "f")
    }

    @Test func whatDescribePrintsComesBack() throws {
        let partitions = (0..<3).map { number in
            Partition(id: number, leader: number == 1 ? nil : 1, replicas: [1, 2], inSync: [1])
        }
        let report = TopicReport(
            topic: Topic(name: "orders \"1\"", partitions: partitions, error: nil),
            id: "abc",
            configs: [
                ResourceConfig(
                    ConfigEntry("cleanup.policy", "compact"),
                    .dynamicTopic,
                    of: .topic
                ),
                ResourceConfig(ConfigEntry("retention.ms", "1"), .standard, of: .topic),
                ResourceConfig(ConfigEntry("secret", nil), .dynamicTopic, of: .topic),
            ],
            partitions: partitions.map {
                let ends = PartitionEnds(endOffset: 9, lastStableOffset: 7)
                return PartitionReport(partition: $0, start: 2, ends: ends)
            }
        )
        var json = JSONWriter()
        report.write(to: &json)
        #expect(
            try topics(json.text) == [
                NewTopic(
                    name: "orders \"1\"",
                    partitions: 3,
                    replicationFactor: 2,
                    configs: [ConfigEntry("cleanup.policy", "compact")]
                )
            ]
        )
    }

    @Test(arguments: [
        (#"{"topic":"a"}"#, [NewTopic(name: "a")]),
        (#"{"name":"a"}"#, [NewTopic(name: "a")]),
        (#"{"partitions":3,"topic":"a"}"#, [NewTopic(name: "a", partitions: 3)]),
        (#"{"topic":"a","partitions":[{},{}]}"#, [NewTopic(name: "a", partitions: 2)]),
        (
            #"{"topic":"a","partitions":null,"replicationFactor":null,"configs":null}"#,
            [NewTopic(name: "a")]
        ),
        (
            #"[{"topic":"a"},{"topic":"b"}] {"topic":"c"}"#,
            ["a", "b", "c"].map { NewTopic(name: $0) }
        ),
        (
            #"{"topic":"a","configs":{"x":1.50,"y":true,"z":"s","n":null},"unknown":[{}]}"#,
            [
                NewTopic(
                    name: "a",
                    configs: [
                        ConfigEntry("x", "1.50"), ConfigEntry("y", "true"), ConfigEntry("z", "s"),
                    ]
                )
            ]
        ),
    ])
    func forms(_ text: String, _ expected: [NewTopic]) throws {
        #expect(try topics(text) == expected)
        #expect(try topics("\n\t " + text + "\r\n") == expected)
    }

    @Test(arguments: [
        ("", "f: the file describes no topic"), (" \n ", "f: the file describes no topic"),
        ("[]", "f: the file describes no topic"),
        ("3", "f:1:1: a topic must be a JSON object"),
        ("\n  \"a\"", "f:2:3: a topic must be a JSON object"),
        ("[{\"topic\":\"a\"},3]", "f:1:1: a topic must be a JSON object"),
        ("{}", "f:1:1: a topic lacks the key 'topic'"),
        ("{\"topic\":3}", "f:1:1: a topic lacks the key 'topic'"),
        (
            "{\"topic\":\"a\"}\n{\"topic\":\"b\",\"partitions\":0}",
            "f:2:1: 'partitions' of 'b' must be a number above 0"
        ),
        (
            #"{"topic":"a","partitions":2147483648}"#,
            "f:1:1: 'partitions' of 'a' must be a number above 0"
        ),
        (#"{"topic":"a","partitions":[]}"#, "f:1:1: 'partitions' of 'a' must be a number above 0"),
        (#"{"topic":"a","partitions":1.5}"#, "f:1:1: 'partitions' of 'a' must be a number above 0"),
        (#"{"topic":"a","partitions":"3"}"#, "f:1:1: 'partitions' of 'a' must be a number above 0"),
        (
            #"{"topic":"a","replicationFactor":-1}"#,
            "f:1:1: 'replicationFactor' of 'a' must be a number above 0"
        ),
        (#"{"topic":"a","configs":["x"]}"#, "f:1:1: 'configs' of 'a' must be an object"),
    ])
    func faultsAreToldWithTheirPlace(_ text: String, _ message: String) {
        do throws(CommandError) {
            let read = try topics(text)
            Issue.record("taken as \(read)")
        } catch {
            #expect(error.status == .badData)
            #expect(error.report?.message == message)
        }
    }

    @Test(arguments: [
        "{", "{\"topic\":\"a\"", "{\"topic\":\"a\",}", "\u{feff}{}", "nul", "{\"a\":1}}",
    ])
    func whatIsNoJSONIsBadDataWithAPlace(_ text: String) {
        do throws(CommandError) {
            let read = try topics(text)
            Issue.record("taken as \(read)")
        } catch {
            #expect(error.status == .badData)
            #expect(error.report?.message.hasPrefix("f:1:") == true)
        }
    }
}
