// A file of topics beside the cluster's, for `topics diff` and `topics apply`.

import CommandKit
import KafkaCore

/// The changes to make.
struct TopicComparison {
    let changes: [TopicChange]
    /// The brokers that are there.
    let brokers: [Int32]

    /// Reads a file and the topics that it names.
    ///
    /// With `prunes`, topics that the file does not have are changes too, but never internal ones.
    /// A topic that cannot be read is a failure of `batch`, and no change is made of it.
    static func read(
        _ file: [TopicFile.Entry],
        prunes: Bool,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> TopicComparison {
        let metadata = try connection.metadata()
        let named = Set(file.map(\.topic.name))
        let topics = metadata.topics.filter { named.contains($0.name) }
        var unread: Set<String> = []
        for topic in topics {
            guard let error = topic.error else { continue }
            unread.insert(topic.name)
            batch.fail(CommandError(error, topic: topic.name, on: connection.servers), in: context)
        }
        let readable = topics.filter { !unread.contains($0.name) }
        let models = try TopicModel.read(readable, through: connection) { failure in
            batch.fail(failure, in: context)
        }
        let read = Set(models.map(\.name))
        unread.formUnion(topics.lazy.map(\.name).filter { !read.contains($0) })
        let strangers = metadata.topics.filter { !named.contains($0.name) && !$0.isInternal }
        return TopicComparison(
            changes: TopicDifference.changes(
                from: models,
                to: file.filter { !unread.contains($0.topic.name) },
                strangers: prunes ? strangers.map(\.name) : []
            ),
            brokers: metadata.brokers.map(\.id)
        )
    }
}
