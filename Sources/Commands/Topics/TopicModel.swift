// An existing topic as the pattern of a new one.

import KafkaCore

enum TopicModel {
    /// Partitions, copies and overridden configuration of `name`.
    static func read(
        _ name: String,
        from metadata: Metadata,
        through connection: Connection
    ) throws(CommandError) -> NewTopic {
        guard let topic = metadata.topics.first(where: { $0.name == name }) else {
            throw .missingTopic(name, on: connection.servers)
        }
        let configs: [ResourceConfig]
        do {
            configs = try connection.admin.topicConfigs([name])[name]?.get() ?? []
        } catch {
            throw CommandError(error, topic: name, on: connection.servers)
        }
        return NewTopic(
            name: name,
            partitions: Int32(clamping: topic.partitions.count),
            replicationFactor: Int32(clamping: topic.replicationFactor),
            configs: configs.filter(\.isOverridden).map(\.entry)
        )
    }
}
