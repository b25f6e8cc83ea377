// Where a group stands: committed offsets, and where the library believes its reader to be.

internal import CRdkafka
internal import Reactor

extension Client {
    /// Returns the offsets that the group of `group.id` has committed.
    ///
    /// Partitions without an offset are left out. Blocks for at most `timeout`.
    /// C: `rd_kafka_committed`.
    public func committed(
        of partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try commits(of: partitions, timeout: timeout).mapValues(\.position.offset)
    }

    /// Returns what the group of `group.id` has committed: offsets, and the metadata beside them.
    ///
    /// Partitions without an offset are left out. Blocks for at most `timeout`.
    /// C: `rd_kafka_committed`.
    public func commits(
        of partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] {
        guard !partitions.isEmpty else { return [:] }
        let list = PartitionList(partitions, offset: -1001)
        let wait = max(timeout.clampedMilliseconds, 1)
        try unsafe check(rd_kafka_committed(raw, list.raw, wait))
        var commits: [TopicPartition: CommittedOffset] = [:]
        for index in 0..<list.count {
            let (position, code) = list[index]
            try check(code)
            guard position.offset >= 0 else { continue }
            commits[position.partition] = CommittedOffset(
                position,
                metadata: list.metadata(at: index)
            )
        }
        return commits
    }
}

extension GroupMember {
    /// Has the library go on from where its reader is, for partitions that stay assigned.
    ///
    /// During a cooperative rebalance, what stays assigned is paused. A batch that is being taken
    /// at that moment loses those of its records that the pause has made outdated, but the library
    /// counts them as read and goes on behind them: without this they would never be seen (2.0.2,
    /// `rd_kafka_q_serve_rkmessages`). To be called before each `assign` and `unassign`. C:
    /// `rd_kafka_position`, `rd_kafka_seek_partitions`.
    public func realign(_ positions: [PartitionOffset]) {
        guard !positions.isEmpty else { return }
        let list = PartitionList(positions.map(\.partition), offset: -1001)
        unsafe rd_kafka_position(client.raw, list.raw)
        var believed: [TopicPartition: Int64] = [:]
        list.forEach { partition, offset, _ in believed[partition] = offset }
        let astray = positions.filter { position in
            // Before its first record a partition's position is not known, and it is not astray.
            guard let offset = believed[position.partition], offset >= 0 else { return false }
            return offset != position.offset
        }
        guard !astray.isEmpty else { return }
        seek(PartitionList(astray))
    }

    /// Has partitions that stay assigned read from their first offsets.
    ///
    /// Records that have arrived and not been taken are dropped. C: `rd_kafka_seek_partitions`.
    public func rewind(_ partitions: [TopicPartition]) {
        guard !partitions.isEmpty else { return }
        seek(PartitionList(partitions, offset: StartOffset.beginning.raw))
    }

    /// Stops fetching partitions that stay assigned, until `resume` or the next `assign` of them.
    ///
    /// Records that have arrived and not been taken are dropped; of those that `Consumer.take`
    /// delivered, all count as read for the library. Blocks until the library's main thread has
    /// done it, which it does at once. C: `rd_kafka_pause_partitions`.
    public func pause(_ partitions: [TopicPartition]) {
        guard !partitions.isEmpty else { return }
        let list = PartitionList(partitions, offset: -1001)
        unsafe rd_kafka_pause_partitions(client.raw, list.raw)
        paused.formUnion(partitions)
    }

    /// Fetches paused partitions again, each from the offset that its reader is at.
    ///
    /// The library would go on from the last record that it has delivered, or believes to have: a
    /// reader that left some of a batch aside would never see them, and records that a pause makes
    /// the library drop from a batch being taken count as delivered (2.0.2,
    /// `rd_kafka_q_serve_rkmessages`). So this sets where to go on. C: `rd_kafka_seek_partitions`,
    /// `rd_kafka_resume_partitions`.
    public func resume(_ positions: [PartitionOffset]) {
        guard !positions.isEmpty else { return }
        let list = PartitionList(positions)
        // While they are paused still: what would be fetched before the seek would be thrown away.
        seek(list)
        unsafe rd_kafka_resume_partitions(client.raw, list.raw)
        paused.subtract(positions.map(\.partition))
    }

    /// Has partitions that are about to be assigned be fetched: to the library a partition that was
    /// paused stays so while it belongs to others (2.0.2).
    func forgetPauses(_ partitions: [TopicPartition]) {
        let left = paused.intersection(partitions)
        guard !left.isEmpty else { return }
        let list = PartitionList(left.sorted(), offset: -1001)
        unsafe rd_kafka_resume_partitions(client.raw, list.raw)
        paused.subtract(left)
    }

    private func seek(_ list: borrowing PartitionList) {
        if let error = unsafe rd_kafka_seek_partitions(client.raw, list.raw, 0) {
            unsafe rd_kafka_error_destroy(error)
        }
    }
}
