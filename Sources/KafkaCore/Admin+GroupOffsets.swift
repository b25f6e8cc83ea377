// The offsets that groups have committed: reading, changing and deleting them.
//
// Each call is about one group, so that of many groups several are in flight at a time.

internal import CRdkafka
internal import Reactor

/// The committed offset of a group for a partition.
public struct CommittedOffset: Equatable, Sendable {
    /// The partition, and the offset of the record to be read next.
    public let position: PartitionOffset
    /// The metadata that the committing member wrote beside it; usually empty.
    public let metadata: String
    /// The leader's epoch when the record before was read; nil when that is not known.
    public let leaderEpoch: Int32?

    /// Describes a commit.
    public init(_ position: PartitionOffset, metadata: String = "", leaderEpoch: Int32? = nil) {
        self.position = position
        self.metadata = metadata
        self.leaderEpoch = leaderEpoch
    }
}

/// The answer to a request for a group's offsets.
public struct CommittedOffsets: Equatable, Sendable {
    /// The committed offsets, by topic and partition.
    public let offsets: [CommittedOffset]
    /// Partitions that did not answer, and why.
    public let failures: [PartitionOutcome]

    /// The committed offsets, by partition.
    public var byPartition: [TopicPartition: CommittedOffset] {
        Dictionary(
            offsets.map { ($0.position.partition, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Those of a group that has none.
    public static let none = CommittedOffsets(offsets: [], failures: [])
}

/// The outcome for one partition.
public struct PartitionOutcome: Equatable, Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The reason it was not done; nil when it was.
    public let error: KafkaError?
}

/// The number of groups asked at a time: enough to hide the way there and back.
private let groupsAtATime = 64

extension Admin {
    /// Returns all offsets that each of these groups has committed; a group that is not there has
    /// none.
    ///
    /// C: `rd_kafka_ListConsumerGroupOffsets`.
    /// - Throws: `KafkaError` when nothing could be asked.
    public func committedOffsets(
        of groups: [String]
    ) throws(KafkaError) -> [String: Result<CommittedOffsets, KafkaError>] {
        try requireRealCluster("OffsetFetch")
        let epochOf = unsafe OffsetFunctions.epochOf
        var found: [String: Result<CommittedOffsets, KafkaError>] = [:]
        let deadline = clock.now + timeout
        var asked = groups
        while !asked.isEmpty {
            var again: [String] = []
            for start in stride(from: 0, to: asked.count, by: groupsAtATime) {
                let part = asked[start..<min(start + groupsAtATime, asked.count)]
                var pending: [(name: String, call: AdminCall)] = []
                for name in part { pending.append((name, try beginListing(name))) }
                for (name, call) in pending {
                    do throws(KafkaError) {
                        found[name] = .success(
                            try unsafe finish(call) { unsafe Self.offsets($0, epochOf) }
                        )
                    } catch {
                        found[name] = .failure(error)
                        if error.isAwaitingCoordinator { again.append(name) }
                    }
                }
            }
            guard clock.now < deadline else { break }
            if !again.isEmpty { client.serve(waiting: .milliseconds(100)) }
            asked = again
        }
        return found
    }

    /// Returns the offsets that one group has committed.
    ///
    /// - Throws: `KafkaError` of the group.
    public func committedOffsets(of group: String) throws(KafkaError) -> CommittedOffsets {
        let answers = try committedOffsets(of: [group])
        switch answers[group] {
        case .success(let offsets): return offsets
        case .failure(let error): throw error
        case nil: return .none
        }
    }

    /// Commits offsets in a group's name.
    ///
    /// The broker refuses it when the group has members. C: `rd_kafka_AlterConsumerGroupOffsets`.
    /// - Returns: the outcome of each partition.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func commit(
        _ offsets: [CommittedOffset],
        for group: String
    ) throws(KafkaError) -> [PartitionOutcome] {
        guard !offsets.isEmpty else { return [] }
        try requireRealCluster("OffsetCommit")
        let list = PartitionList(offsets)
        return try persist { () throws(KafkaError) in
            let outcomes = try Self.alter(self, group, list)
            if let error = outcomes.first?.error, error.isAwaitingCoordinator { throw error }
            return outcomes
        }
    }

    private static func alter(
        _ admin: Admin,
        _ group: String,
        _ list: borrowing PartitionList
    ) throws(KafkaError) -> [PartitionOutcome] {
        var request = unsafe rd_kafka_AlterConsumerGroupOffsets_new(group, list.raw)
        defer { unsafe rd_kafka_AlterConsumerGroupOffsets_destroy(request) }
        return try unsafe admin.call(
            RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS,
            waitForCompletion: false,
            isForCoordinator: true,
            submit: { options, queue in
                unsafe rd_kafka_AlterConsumerGroupOffsets(
                    admin.client.raw,
                    &request,
                    1,
                    options,
                    queue
                )
            },
            read: { event in
                var count = 0
                let result = unsafe rd_kafka_event_AlterConsumerGroupOffsets_result(event)
                let groups = unsafe rd_kafka_AlterConsumerGroupOffsets_result_groups(result, &count)
                return unsafe Self.outcomes(count > 0 ? groups?[0] : nil)
            }
        )
    }

    /// Deletes a group's offsets of these partitions.
    ///
    /// C: `rd_kafka_DeleteConsumerGroupOffsets`.
    /// - Returns: the outcome of each partition.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func deleteOffsets(
        of partitions: [TopicPartition],
        for group: String
    ) throws(KafkaError) -> [PartitionOutcome] {
        guard !partitions.isEmpty else { return [] }
        try requireRealCluster("OffsetDelete")
        let list = PartitionList(partitions, offset: -1001)
        var request = unsafe rd_kafka_DeleteConsumerGroupOffsets_new(group, list.raw)
        defer { unsafe rd_kafka_DeleteConsumerGroupOffsets_destroy(request) }
        return try persist { () throws(KafkaError) in
            try unsafe call(
                RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS,
                waitForCompletion: false,
                isForCoordinator: true,
                submit: { options, queue in
                    unsafe rd_kafka_DeleteConsumerGroupOffsets(
                        client.raw,
                        &request,
                        1,
                        options,
                        queue
                    )
                },
                read: { event in
                    var count = 0
                    let result = unsafe rd_kafka_event_DeleteConsumerGroupOffsets_result(event)
                    let groups = unsafe rd_kafka_DeleteConsumerGroupOffsets_result_groups(
                        result,
                        &count
                    )
                    return unsafe Self.outcomes(count > 0 ? groups?[0] : nil)
                }
            )
        }
    }

    private func beginListing(_ group: String) throws(KafkaError) -> AdminCall {
        var request = unsafe rd_kafka_ListConsumerGroupOffsets_new(group, nil)
        defer { unsafe rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        return try unsafe begin(
            RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
            waitForCompletion: false,
            isForCoordinator: true,
            submit: { options, queue in
                unsafe rd_kafka_ListConsumerGroupOffsets(client.raw, &request, 1, options, queue)
            }
        )
    }

    private static func offsets(
        _ event: OpaquePointer,
        _ epochOf: OffsetFunctions.Epoch?
    ) -> CommittedOffsets {
        var count = 0
        let result = unsafe rd_kafka_event_ListConsumerGroupOffsets_result(event)
        let groups = unsafe rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
        var offsets: [CommittedOffset] = []
        var failures: [PartitionOutcome] = []
        guard count > 0, let group = unsafe groups?[0],
            let list = unsafe rd_kafka_group_result_partitions(group)
        else { return .none }
        for index in unsafe 0..<Int(list.pointee.cnt) {
            let element = unsafe list.pointee.elems + index
            let partition = unsafe TopicPartition(
                String(cString: element.pointee.topic),
                element.pointee.partition
            )
            let code = unsafe element.pointee.err
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                failures.append(PartitionOutcome(partition: partition, error: KafkaError(code)))
                continue
            }
            let offset = unsafe element.pointee.offset
            guard offset >= 0 else { continue }
            let epoch = unsafe epochOf.map { unsafe $0(element) } ?? -1
            offsets.append(
                unsafe CommittedOffset(
                    PartitionOffset(partition, offset),
                    metadata: PartitionList.metadata(of: element.pointee),
                    leaderEpoch: epoch >= 0 ? epoch : nil
                )
            )
        }
        return CommittedOffsets(
            offsets: offsets.sorted { $0.position.partition < $1.position.partition },
            failures: failures
        )
    }

    private static func outcomes(_ group: OpaquePointer?) -> [PartitionOutcome] {
        guard let group = unsafe group, let list = unsafe rd_kafka_group_result_partitions(group)
        else { return [] }
        var outcomes: [PartitionOutcome] = []
        unsafe PartitionList.forEach(UnsafeMutablePointer(mutating: list)) { partition, _, code in
            let error = code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
            outcomes.append(PartitionOutcome(partition: partition, error: error))
        }
        return outcomes
    }
}

/// Functions about offsets that newer libraries have.
private enum OffsetFunctions {
    typealias Epoch = @convention(c) (UnsafePointer<rd_kafka_topic_partition_t>) -> Int32

    /// The leader's epoch of a partition in a list: librdkafka 2.1 and newer.
    static var epochOf: Epoch? {
        unsafe Features.function("rd_kafka_topic_partition_get_leader_epoch", as: Epoch.self)
    }
}
