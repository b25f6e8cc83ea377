// Existing topics as the pattern of new ones.

import CommandKit
import KafkaCore

enum TopicModel {
    /// Partitions, replicas and overridden configuration of `name`.
    static func read(
        _ name: String,
        from metadata: Metadata,
        through connection: Connection
    ) throws(CommandError) -> NewTopic {
        guard let topic = metadata.topics.first(where: { $0.name == name }) else {
            throw connection.absence(of: name)
        }
        var failure: CommandError?
        let models = try read([topic], through: connection) { failure = $0 }
        guard let model = models.first else {
            throw failure ?? connection.absence(of: name)
        }
        return model
    }

    /// Partitions, replicas and overridden configuration of topics, in their order.
    ///
    /// A topic whose configuration cannot be read is left out, and its error is passed to
    /// `onFailure`.
    static func read(
        _ topics: [Topic],
        through connection: Connection,
        onFailure: (CommandError) -> Void
    ) throws(CommandError) -> [NewTopic] {
        var models: [NewTopic] = []
        do throws(KafkaError) {
            let configs = try connection.admin.topicConfigs(topics.map(\.name))
            for topic in topics {
                do throws(KafkaError) {
                    let entries = try configs[topic.name]?.get() ?? []
                    models.append(
                        NewTopic(
                            name: topic.name,
                            partitions: Int32(clamping: topic.partitions.count),
                            replicationFactor: Int32(clamping: topic.replicationFactor),
                            configs: entries.filter(\.isOverridden).map(\.entry)
                        )
                    )
                } catch {
                    let topic = ConfigResource(.topic, topic.name)
                    onFailure(
                        CommandError(error, "DescribeConfigs", of: topic, on: connection.servers)
                    )
                }
            }
        } catch {
            throw CommandError(error, on: connection.servers)
        }
        return models
    }
}
