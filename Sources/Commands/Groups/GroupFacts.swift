// What is known of groups: their members, what they have committed, and where the partitions end.
//
// Three kinds of requests in all, however many groups and partitions there are: one a group for its
// members, one a group for its offsets, and one a broker for the ends of all partitions.

import KafkaCore

/// Where a group stands in one partition.
struct PartitionLag: Equatable, Sendable {
    /// The partition.
    let partition: TopicPartition
    /// What was committed; nil when nothing was.
    let committed: CommittedOffset?
    /// The offset behind the last record; nil when it is not known.
    let end: Int64?
    /// Why it is not.
    let trouble: String?
    /// Who reads it now.
    let member: GroupMemberDescription?
    /// Whether its topic or the partition is there no more, so that nothing can be read of it.
    var isGone = false

    /// How many offsets the group has still to read.
    var lag: Int64? {
        guard let committed, let end else { return nil }
        return max(end - committed.position.offset, 0)
    }
}

/// A group, whole.
struct GroupFacts: Sendable {
    /// The group's id.
    let id: String
    /// Its state and members; nil when the brokers keep no more than its offsets.
    let description: GroupDescription?
    /// The state that brokers list it with, when the library cannot describe it: a group of type
    /// `consumer` looks dead to librdkafka before 2.10.
    let listedState: String?
    /// Its offsets.
    let offsets: CommittedOffsets
    /// Where it stands, by topic and partition.
    var lags: [PartitionLag] = []

    /// What it has committed or reads.
    var partitions: Set<TopicPartition> {
        Set(offsets.offsets.map(\.position.partition))
            .union(offsets.failures.map(\.partition))
            .union(description?.members.flatMap(\.assignment) ?? [])
    }

    /// The sum of all lags that are known.
    var totalLag: Int64 { lags.reduce(0) { $0 + ($1.lag ?? 0) } }

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
        for name in names where facts[name] == nil {
            switch offsets[name] {
            case .success(let committed):
                let isKnown =
                    found[name] != nil || states[name] != nil || !committed.offsets.isEmpty
                    || !committed.failures.isEmpty
                guard isKnown else {
                    facts[name] = .failure(.missingGroup(name, on: servers))
                    continue
                }
                facts[name] = .success(
                    GroupFacts(
                        id: name,
                        description: found[name],
                        listedState: states[name],
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

    /// The states of all groups that brokers list, but for dead ones.
    private static func listedStates(
        through connection: Connection
    ) throws(CommandError) -> [String: String] {
        var states: [String: String] = [:]
        // Of a broker that does not answer no more is known than before.
        for group in try connection.groups(fail: { _ in }) where group.state != "Dead" {
            states[group.id] = group.state ?? "state unknown"
        }
        return states
    }

    /// The group's state as far as it is known; nil when brokers keep no more than its offsets.
    var state: String? { description?.state ?? listedState }

    /// Why its members cannot be shown; nil when they can, or when there are none.
    var memberTrouble: CommandError? {
        guard description == nil, let listedState, listedState != "Empty" else { return nil }
        return CommandError(
            .failure,
            "group '\(id)' is \(listedState), and its members are not known: groups of type consumer"
                + " need librdkafka 2.10 or newer, this is \(Features.libraryVersion)"
        )
    }

    /// Fills in where each group's partitions end, for all groups at once.
    static func addLags(
        to groups: inout [GroupFacts],
        through connection: Connection
    ) throws(CommandError) {
        let wanted = groups.reduce(into: Set<TopicPartition>()) { $0.formUnion($1.partitions) }
        guard !wanted.isEmpty else { return }
        let (asked, troubles) = try connection.metadata().readable(wanted)
        let answers = try connection.offsets(of: asked, at: .latest)
        var ends: [TopicPartition: OffsetAnswer] = [:]
        for answer in answers { ends[answer.partition] = answer }
        for index in groups.indices {
            groups[index].addLags(ends, troubles)
        }
    }

    private mutating func addLags(
        _ ends: [TopicPartition: OffsetAnswer],
        _ troubles: [TopicPartition: PartitionTrouble]
    ) {
        let committed = offsets.byPartition
        var refused: [TopicPartition: String] = [:]
        for failure in offsets.failures { refused[failure.partition] = failure.error?.reason }
        var readers: [TopicPartition: GroupMemberDescription] = [:]
        for member in description?.members ?? [] {
            for partition in member.assignment { readers[partition] = member }
        }
        lags = partitions.sorted().map { partition in
            PartitionLag(
                partition: partition,
                committed: committed[partition],
                end: ends[partition]?.offset,
                trouble: refused[partition] ?? troubles[partition]?.rawValue
                    ?? ends[partition]?.error?.reason,
                member: readers[partition],
                isGone: refused[partition] == nil && troubles[partition]?.isGone == true
            )
        }
    }
}

/// Why a partition cannot be asked for its offsets.
enum PartitionTrouble: String {
    case noTopic = "no such topic"
    case noPartition = "no such partition"
    case noLeader = "no leader"

    /// Whether it will not come back.
    var isGone: Bool { self != .noLeader }
}

extension CommandError {
    /// A partition that cannot be asked for its offsets.
    init(_ trouble: PartitionTrouble, of partition: TopicPartition) {
        let kind: KafkaError.Kind = trouble.isGone ? .notFound : .other
        self.init(KafkaError(kind, trouble.rawValue), of: partition)
    }
}

extension Metadata {
    /// Which of these partitions can be asked for offsets, and why the others cannot.
    ///
    /// One that does not exist any more, or has no leader, would hold up the rest.
    func readable(
        _ partitions: Set<TopicPartition>
    ) -> (asked: [TopicPartition], troubles: [TopicPartition: PartitionTrouble]) {
        var known: [TopicPartition: Partition] = [:]
        var names: Set<String> = []
        for topic in topics where topic.error == nil {
            names.insert(topic.name)
            for partition in topic.partitions {
                known[TopicPartition(topic.name, partition.id)] = partition
            }
        }
        var asked: [TopicPartition] = []
        var troubles: [TopicPartition: PartitionTrouble] = [:]
        for partition in partitions.sorted() {
            switch known[partition] {
            case .some(let found) where found.leader != nil: asked.append(partition)
            case .some: troubles[partition] = .noLeader
            case nil:
                troubles[partition] =
                    names.contains(partition.topic) ? .noPartition : .noTopic
            }
        }
        return (asked, troubles)
    }
}
