// The problems of a cluster: a pure function of its metadata.

import CommandKit
import JSON
import KafkaCore
import Output

/// One problem.
enum HealthProblem: Equatable {
    /// Fewer brokers are there than were asked for.
    case tooFewBrokers(Int, wanted: Int)
    /// A broker that hosts replicas is offline.
    case missingBroker(Int32)
    case noController
    /// The topic cannot be described.
    case brokenTopic(String, KafkaError)
    /// No broker leads the partition.
    case offline(TopicPartition, Partition)
    /// Fewer replicas are in sync than a write with all acks needs.
    case underMinimum(TopicPartition, Partition, minimum: Int)
    /// A replica is out of sync.
    case underReplicated(TopicPartition, Partition)
}

/// The rules for a healthy cluster.
struct HealthRules {
    /// The smallest number of brokers.
    var brokers = 0
    /// `min.insync.replicas` by topic; a topic whose own is not known is not measured by it.
    var minimums: [String: Int] = [:]

    /// Returns the problems, brokers first, then partitions, each with its worst.
    func problems(of metadata: Metadata, controller: Int32?) -> [HealthProblem] {
        var problems: [HealthProblem] = []
        if metadata.brokers.count < brokers {
            problems.append(.tooFewBrokers(metadata.brokers.count, wanted: brokers))
        }
        let alive = Set(metadata.brokers.map(\.id))
        let expected = metadata.topics.lazy.flatMap(\.partitions).flatMap(\.replicas)
        problems += Set(expected).subtracting(alive).sorted().map { .missingBroker($0) }
        if controller == nil { problems.append(.noController) }
        for topic in metadata.topics {
            if let error = topic.error { problems.append(.brokenTopic(topic.name, error)) }
            for partition in topic.partitions {
                let place = TopicPartition(topic.name, partition.id)
                if partition.leader == nil {
                    problems.append(.offline(place, partition))
                } else if let minimum = minimums[topic.name], partition.inSync.count < minimum {
                    problems.append(.underMinimum(place, partition, minimum: minimum))
                } else if partition.inSync.count < partition.replicas.count {
                    problems.append(.underReplicated(place, partition))
                }
            }
        }
        return problems
    }
}

extension HealthProblem {
    /// The problem's name, as JSON and the summary have it.
    var word: String {
        switch self {
        case .tooFewBrokers: "too-few-brokers"
        case .missingBroker: "missing-broker"
        case .noController: "no-controller"
        case .brokenTopic: "broken-topic"
        case .offline: "offline"
        case .underMinimum: "under-min-isr"
        case .underReplicated: "under-replicated"
        }
    }

    private var place: (partition: TopicPartition, state: Partition)? {
        switch self {
        case .tooFewBrokers, .missingBroker, .noController, .brokenTopic: nil
        case .offline(let partition, let state), .underMinimum(let partition, let state, _),
            .underReplicated(let partition, let state):
            (partition, state)
        }
    }

    private var topic: String? {
        if case .brokenTopic(let name, _) = self { return name }
        return place?.partition.topic
    }

    private var broker: Int32? {
        if case .missingBroker(let id) = self { id } else { nil }
    }

    private var detail: String {
        switch self {
        case .tooFewBrokers(let count, let wanted):
            "\(count) of \(counted(wanted, "broker")) online"
        case .missingBroker(let id): "broker \(id) is offline but hosts replicas"
        case .noController: "the cluster has no active controller"
        case .brokenTopic(_, let error): error.reason
        case .offline(_, let state): "no leader; replicas \(Self.list(state.replicas))"
        case .underMinimum(_, let state, let minimum):
            "\(state.inSync.count) of \(counted(state.replicas.count, "replica")) in-sync,"
                + " min.insync.replicas is \(minimum)"
        case .underReplicated(_, let state):
            "\(state.inSync.count) of \(counted(state.replicas.count, "replica")) in-sync, out of sync:"
                + " \(Self.list(state.replicas.filter { !state.inSync.contains($0) }))"
        }
    }

    private static func list(_ brokers: [Int32]) -> String {
        brokers.map { "\($0)" }.joined(separator: ",")
    }
}

extension HealthProblem: Row {
    static let columns = [
        Column("PROBLEM"), Column("TOPIC"), Column("PARTITION", .right), Column("DETAIL"),
    ]

    var identity: String { topic ?? "" }

    var cells: [String] {
        [word, topic ?? "", place.map { "\($0.partition.partition)" } ?? "", detail]
    }

    static let json = JSONShape(
        "problem",
        "A problem of a cluster.",
        [
            JSONField("problem", .string, "Kind of the problem."),
            JSONField("broker", .integer, "Id of the broker.").orNull,
            JSONField("topic", .string, "Name of the topic.").orNull,
            JSONField("partition", .integer, "Number of the partition.").orNull,
            JSONField("replicas", .list(.integer), "Ids of the brokers with replicas.").orNull,
            JSONField("inSync", .list(.integer), "Ids of the brokers whose replicas are in sync.")
                .orNull,
            JSONField("message", .string, "The problem in words."),
        ]
    )

    func write(to json: inout JSONWriter) {
        func list(_ brokers: [Int32]?) {
            guard let brokers else { return json.null() }
            json.beginArray()
            for broker in brokers { json.number(broker) }
            json.endArray()
        }
        json.beginObject()
        json.key("problem")
        json.string(word)
        json.key("broker")
        json.optional(broker)
        json.key("topic")
        json.optional(topic)
        json.key("partition")
        json.optional(place?.partition.partition)
        json.key("replicas")
        list(place?.state.replicas)
        json.key("inSync")
        list(place?.state.inSync)
        json.key("message")
        json.string(detail)
        json.endObject()
    }
}

/// The size of a cluster, as an object for a healthy one.
struct HealthyRow: Row {
    let brokers: Int
    let topics: Int
    let partitions: Int

    static let columns = [
        Column("BROKERS", .right), Column("TOPICS", .right), Column("PARTITIONS", .right),
    ]

    var cells: [String] { ["\(brokers)", "\(topics)", "\(partitions)"] }

    /// The size in words.
    var text: String {
        counted(brokers, "broker") + ", " + counted(topics, "topic") + ", "
            + counted(partitions, "partition")
    }

    static let json = JSONShape(
        "healthy cluster",
        "The size of a cluster without problems.",
        [
            JSONField("healthy", .boolean, "True."),
            JSONField("brokerCount", .integer, "Number of brokers."),
            JSONField("topicCount", .integer, "Number of topics."),
            JSONField("partitionCount", .integer, "Number of partitions."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("healthy")
        json.bool(true)
        json.key("brokerCount")
        json.number(brokers)
        json.key("topicCount")
        json.number(topics)
        json.key("partitionCount")
        json.number(partitions)
        json.endObject()
    }
}
