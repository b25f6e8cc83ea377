// The facts about groups: their members, their committed offsets, and the ends of the partitions.
//
// A few kinds of requests in all, however many groups and partitions there are: one a group for its
// members, one a group for its offsets, and those a broker for the ends of all partitions.

import CommandKit
import KafkaCore

/// A group, whole.
struct GroupFacts: Sendable {
    /// The group's id.
    let id: String
    /// Its state and members; nil when the brokers keep no more than its offsets.
    let description: GroupDescription?
    /// The state that brokers list it with, when the library cannot describe it: librdkafka before
    /// 2.10 takes a group of type `consumer` for dead.
    let listedState: String?
    /// Its offsets.
    let offsets: CommittedOffsets
    /// The lag by topic and partition.
    var lags: [PartitionLag] = []

    /// The partitions that it has committed or reads.
    var partitions: Set<TopicPartition> {
        Set(offsets.offsets.map(\.position.partition))
            .union(offsets.failures.map(\.partition))
            .union(description?.members.flatMap(\.assignment) ?? [])
    }

    /// Reads what is known of each of these groups, by name, without the ends.
    ///
    /// A group of which nothing is known is a failure of status `notFound`.
    static func read(
        _ names: [String],
        through connection: Connection
    ) throws(CommandError) -> [String: Result<GroupFacts, CommandError>] {
        let servers = connection.servers
        let descriptions: [String: Result<GroupDescription, KafkaError>]
        let offsets: [String: Result<CommittedOffsets, KafkaError>]
        do {
            descriptions = try connection.admin.describeGroups(names)
            offsets = try connection.admin.committedOffsets(of: names)
        } catch {
            throw CommandError(error, on: servers)
        }
        var facts: [String: Result<GroupFacts, CommandError>] = [:]
        var found: [String: GroupDescription] = [:]
        for name in names {
            switch descriptions[name] {
            case .success(let description) where !description.isDead: found[name] = description
            case .failure(let error) where error.kind != .notFound:
                facts[name] = .failure(CommandError(error, group: name, on: servers))
            case .success, .failure, nil: break
            }
        }
        let unclear = names.filter { found[$0] == nil && facts[$0] == nil }
        let states = try unclear.isEmpty ? [:] : listedStates(through: connection)
        let unlisted = unclear.filter { states[$0] == nil }
        for (name, kind) in try GroupKind.read(of: unlisted, through: connection) {
            facts[name] = .failure(CommandError(kind, of: name))
        }
        for name in names where facts[name] == nil {
            switch offsets[name] {
            case .success(let committed):
                let listed = states[name] == "Dead" ? nil : states[name]
                let isKnown =
                    found[name] != nil || listed != nil || !committed.offsets.isEmpty
                    || !committed.failures.isEmpty
                guard isKnown else {
                    facts[name] = .failure(.missingGroup(name, on: servers))
                    continue
                }
                facts[name] = .success(
                    GroupFacts(
                        id: name,
                        description: found[name],
                        listedState: listed,
                        offsets: committed
                    )
                )
            case .failure(let error):
                facts[name] = .failure(CommandError(error, group: name, on: servers))
            case nil: break
            }
        }
        return facts
    }

    /// Returns the states of all consumer groups that brokers list.
    private static func listedStates(
        through connection: Connection
    ) throws(CommandError) -> [String: String] {
        var states: [String: String] = [:]
        // Of a broker that does not answer no more is known than before.
        for group in try connection.groups(fail: { _ in }) {
            states[group.id] = group.state ?? "state unknown"
        }
        return states
    }

    /// The group's state as far as it is known; nil when brokers keep no more than its offsets.
    var state: String? { description?.state ?? listedState }

    /// The error when its members cannot be shown; nil when they can, or when there are none.
    var memberError: CommandError? {
        guard description == nil, let listedState, listedState != "Empty" else { return nil }
        return CommandError(
            .failure,
            "cannot read the members of group '\(id)' (\(listedState)): groups of type consumer"
                + " require librdkafka 2.10 or newer, this is \(Features.libraryVersion)"
        )
    }

}

/// The reason why a partition cannot be asked for its offsets.
enum PartitionProblem: String {
    case noTopic = "no such topic"
    case noPartition = "no such partition"
    case noLeader = "no leader"

    /// True when the partition will not come back.
    var isGone: Bool { self != .noLeader }
}

extension CommandError {
    /// A partition that cannot be asked for its offsets.
    init(_ problem: PartitionProblem, of partition: TopicPartition) {
        let error: KafkaError =
            problem.isGone ? KafkaError(.notFound, problem.rawValue) : .leaderNotAvailable
        self.init(error, of: partition)
    }
}

extension Metadata {
    /// Returns the partitions that can be asked for offsets, and the reasons why the others cannot.
    ///
    /// One that does not exist any more, or has no leader, would hold up the rest.
    func readable(
        _ partitions: Set<TopicPartition>
    ) -> (asked: [TopicPartition], problems: [TopicPartition: PartitionProblem]) {
        var known: [TopicPartition: Partition] = [:]
        var names: Set<String> = []
        for topic in topics where topic.error == nil {
            names.insert(topic.name)
            for partition in topic.partitions {
                known[TopicPartition(topic.name, partition.id)] = partition
            }
        }
        var asked: [TopicPartition] = []
        var problems: [TopicPartition: PartitionProblem] = [:]
        for partition in partitions.sorted() {
            switch known[partition] {
            case .some(let found) where found.leader != nil: asked.append(partition)
            case .some: problems[partition] = .noLeader
            case nil:
                problems[partition] =
                    names.contains(partition.topic) ? .noPartition : .noTopic
            }
        }
        return (asked, problems)
    }
}
