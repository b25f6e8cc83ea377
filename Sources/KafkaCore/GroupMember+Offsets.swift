// Where a group stands: committed offsets, and where the library believes its reader to be.

internal import CRdkafka
internal import Reactor

extension Client {
    /// What the group of `group.id` has committed; partitions without an offset are left out.
    ///
    /// Blocks for at most `timeout`. C: `rd_kafka_committed`.
    public func committed(
        of partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let list = PartitionList(partitions, offset: -1001)
        let wait = max(timeout.clampedMilliseconds, 1)
        try unsafe check(rd_kafka_committed(raw, list.raw, wait))
        var offsets: [TopicPartition: Int64] = [:]
        var failure: rd_kafka_resp_err_t?
        list.forEach { partition, offset, code in
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { failure = code }
            if offset >= 0 { offsets[partition] = offset }
        }
        if let failure { throw KafkaError(failure) }
        return offsets
    }
}

extension GroupMember {
    /// Has the library go on from where its reader is, for partitions that stay assigned.
    ///
    /// While a cooperative group shares out anew, what stays is paused. A batch that is being taken
    /// at that moment loses those of its messages that the pause has made outdated, but the library
    /// counts them as read and goes on behind them: without this they would never be seen (2.0.2,
    /// `rd_kafka_q_serve_rkmessages`). To be called before each `assign` and `unassign`.
    /// C: `rd_kafka_position`, `rd_kafka_seek_partitions`.
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
        let wanted = PartitionList(astray)
        if let error = unsafe rd_kafka_seek_partitions(client.raw, wanted.raw, 0) {
            unsafe rd_kafka_error_destroy(error)
        }
    }

    /// Has partitions that stay assigned read from their first offsets.
    ///
    /// What has arrived and not been taken is dropped. C: `rd_kafka_seek_partitions`.
    public func rewind(_ partitions: [TopicPartition]) {
        guard !partitions.isEmpty else { return }
        let list = PartitionList(partitions, offset: StartOffset.beginning.raw)
        if let error = unsafe rd_kafka_seek_partitions(client.raw, list.raw, 0) {
            unsafe rd_kafka_error_destroy(error)
        }
    }
}
