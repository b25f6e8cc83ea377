// The partitions of a group that an offset command is about, as options.

import Arguments
import CommandKit
import KafkaCore

/// A topic, or some of its partitions: `orders`, `orders:0,3-5`.
struct TopicPartitionsArgument: ArgumentValue {
    static let placeholder = "TOPIC[:LIST]"

    let argumentText: String
    let topic: String
    /// Nil for all.
    let partitions: [Int32]?

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        // No topic's name can hold a colon.
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        topic = String(parts[0])
        guard !topic.isEmpty else { throw InvalidValue("the topic name is empty") }
        partitions =
            parts.count == 2 ? try PartitionNumbers(argument: String(parts[1])).numbers : nil
    }
}

/// Topics with or without partitions, or all that a group has offsets of.
struct PartitionScope: CommandOptions {
    var topics: [TopicPartitionsArgument] = []
    var takesAll = false

    /// The row for topics alone, for commands that never mean all.
    static let topicFlag: Flag<PartitionScope> = .list(
        "topic",
        "t",
        "Topic, or partitions: orders:0,3-5.",
        \.topics,
        completion: .topics
    )

    static let flags: [Flag<PartitionScope>] = [
        topicFlag,
        .toggle(
            "all-topics",
            "Take all topics with offsets of the group.",
            \.takesAll,
            negatable: false
        ),
    ]

    /// Refuses none and both; `canTakeAll` says that the command has a row for all.
    func validate(canTakeAll: Bool = true) throws(UsageError) {
        if topics.isEmpty, !takesAll {
            throw UsageError("missing --topic", hint: canTakeAll ? "or --all-topics" : nil)
        }
        if !topics.isEmpty, takesAll {
            throw UsageError("--topic and --all-topics exclude each other")
        }
    }

    /// Returns the partitions, each once, in order; `known` are those that the group has offsets
    /// of.
    ///
    /// Topics and partitions that are not there are failures of `batch`.
    func partitions(
        _ known: [TopicPartition],
        in topics: [Topic],
        through connection: Connection,
        _ batch: inout FailureCount,
        _ context: Context
    ) -> [TopicPartition] {
        if takesAll { return Set(known).sorted() }
        var chosen: Set<TopicPartition> = []
        for argument in self.topics {
            let topic: Topic
            do throws(CommandError) {
                // The list leaves out what may not be seen: by its name it is refused.
                if let listed = topics.first(where: { $0.name == argument.topic }),
                    listed.error == nil
                {
                    topic = listed
                } else {
                    topic = try connection.topic(argument.topic)
                }
            } catch {
                batch.fail(error, in: context)
                continue
            }
            let numbers = topic.partitions.map(\.id)
            for number in argument.partitions ?? numbers {
                if numbers.contains(number) {
                    chosen.insert(TopicPartition(topic.name, number))
                } else {
                    batch.fail(
                        .missingPartition(number, of: topic.name, count: numbers.count),
                        in: context
                    )
                }
            }
        }
        return chosen.sorted()
    }
}
