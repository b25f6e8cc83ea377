// What is to be done for topics to be as a file says: a pure function of both.

import JSON
import Output
import TestSupport
import Testing

@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct TopicDifferenceTests {
    private func file(_ text: String) throws -> [TopicFile.Entry] {
        try TopicFile.entries(in: Array(text.utf8), path: "f")
    }

    private func changes(
        _ cluster: [NewTopic],
        _ text: String,
        strangers: [String] = []
    ) throws -> [TopicChange] {
        TopicDifference.changes(from: cluster, to: try file(text), strangers: strangers)
    }

    private let orders = NewTopic(
        name: "orders",
        partitions: 3,
        replicationFactor: 2,
        configs: [ConfigEntry("a", "1"), ConfigEntry("b", "2"), ConfigEntry("secret", nil)]
    )

    @Test(
        arguments: [
            // What is left out is left alone.
            (#"{"topic":"orders"}"#, []),
            (#"{"topic":"orders","partitions":3,"replicationFactor":2}"#, []),
            (#"{"topic":"orders","partitions":5}"#, [.addPartitions(from: 3, to: 5)]),
            (#"{"topic":"orders","partitions":2}"#, [.removePartitions(from: 3, to: 2)]),
            (#"{"topic":"orders","replicationFactor":3}"#, [.changeReplication(from: 2, to: 3)]),
            // A value that is not told is left open, on either side.
            (#"{"topic":"orders","configs":{"a":1,"b":"2","secret":null}}"#, []),
            (#"{"topic":"orders","configs":{"a":null,"b":null,"secret":null,"c":null}}"#, []),
            // The file is the whole truth about what is set.
            (
                #"{"topic":"orders","configs":{}}"#,
                [.unset("a", from: "1"), .unset("b", from: "2"), .unset("secret", from: nil)]
            ),
            (
                #"{"topic":"orders","configs":{"c":"3","b":"x","secret":"s"}}"#,
                [
                    .unset("a", from: "1"), .set("b", from: "2", to: "x"),
                    .set("c", from: nil, to: "3"), .set("secret", from: nil, to: "s"),
                ]
            ),
            (
                #"{"topic":"orders","partitions":1,"replicationFactor":1,"configs":null}"#,
                [.removePartitions(from: 3, to: 1), .changeReplication(from: 2, to: 1)]
            ),
        ] as [(String, [TopicChange.Action])]
    )
    func oneTopic(_ text: String, _ actions: [TopicChange.Action]) throws {
        #expect(
            try changes([orders], text) == actions.map { TopicChange(topic: "orders", action: $0) }
        )
    }

    @Test func whatIsMissingIsCreatedAndStrangersGo() throws {
        let text = #"{"topic":"new","partitions":2} {"topic":"orders"} {"topic":"also new"}"#
        let made = try changes([orders], text, strangers: ["old", "a"])
        #expect(
            made == [
                TopicChange(topic: "a", action: .delete),
                TopicChange(topic: "also new", action: .create(NewTopic(name: "also new"))),
                TopicChange(topic: "new", action: .create(NewTopic(name: "new", partitions: 2))),
                TopicChange(topic: "old", action: .delete),
            ]
        )
    }

    @Test func onlyTwoThingsCannotBeDone() throws {
        let text = #"{"topic":"orders","partitions":1,"replicationFactor":1,"configs":{}}"#
        #expect(try changes([orders], text).map(\.isPossible) == [false, false, true, true, true])
    }

    @Test func aTopicComesOnce() {
        #expect {
            _ = try file("{\"topic\":\"a\"}\n{\"topic\":\"b\"}\n{\"topic\":\"a\"}")
        } throws: { error in
            let error = error as? CommandError
            return error?.status == .badData
                && error?.report?.message == "f:3:1: topic 'a' appears twice"
        }
    }

    /// Any two lists of topics: what is printed comes back, and what is planned leads from one to
    /// the other, as far as it can be done.
    @Test func plansLeadFromOneToTheOther() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<300 {
            let (now, wanted) = (topics(&random), topics(&random))
            var json = JSONWriter()
            for topic in wanted {
                TopicModelRow(topic: topic).write(to: &json)
                json.endLine()
            }
            if wanted.isEmpty { continue }
            let file = try file(json.text)
            #expect(file.map(\.topic) == wanted)
            #expect(TopicDifference.changes(from: wanted, to: file) == [])
            let names = Set(wanted.map(\.name))
            let strangers = now.map(\.name).filter { !names.contains($0) }
            let plan = TopicDifference.changes(from: now, to: file, strangers: strangers)
            let then = applied(plan, to: now)
            let left = TopicDifference.changes(from: then, to: file)
            #expect(left == plan.filter { !$0.isPossible })
            #expect(then.map(\.name) == wanted.map(\.name))
        }
    }

    private func topics(_ random: inout SeededGenerator) -> [NewTopic] {
        var topics: [NewTopic] = []
        for name in ["a", "b", "c", "d"] where Bool.random(using: &random) {
            var topic = NewTopic(
                name: name,
                partitions: .random(in: 1...3, using: &random),
                replicationFactor: .random(in: 1...2, using: &random)
            )
            for config in ["x", "y", "z"] where Bool.random(using: &random) {
                let value = ["1", "", "ä\"\n"].randomElement(using: &random)
                topic.configs.append(ConfigEntry(config, value))
            }
            topics.append(topic)
        }
        return topics
    }

    /// What a cluster would be after the changes that can be made.
    private func applied(_ changes: [TopicChange], to cluster: [NewTopic]) -> [NewTopic] {
        var topics: [String: NewTopic] = [:]
        for topic in cluster { topics[topic.name] = topic }
        for change in changes {
            switch change.action {
            case .create(let topic): topics[change.topic] = topic
            case .addPartitions(_, let total): topics[change.topic]?.partitions = total
            case .removePartitions, .changeReplication: break
            case .set(let name, _, let value):
                topics[change.topic]?.configs.removeAll { $0.name == name }
                topics[change.topic]?.configs.append(ConfigEntry(name, value))
            case .unset(let name, _): topics[change.topic]?.configs.removeAll { $0.name == name }
            case .delete: topics[change.topic] = nil
            }
        }
        return topics.values.sorted { $0.name < $1.name }
    }
}
