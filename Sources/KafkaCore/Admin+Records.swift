// Deleting the oldest records of partitions.

internal import CRdkafka

/// The outcome for one partition whose records were to be deleted.
public struct TrimOutcome: Equatable, Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The first offset that is left; nil when it failed.
    public let start: Int64?
    /// The reason nothing was deleted; nil when it was.
    public let error: KafkaError?
}

extension Admin {
    /// Deletes the records before an offset of each partition; -1 stands for its end.
    ///
    /// Each partition needs a leader: one without makes the library use up the whole time.
    /// C: `rd_kafka_DeleteRecords`.
    /// - Throws: `KafkaError` when the call as a whole failed; a partition's own error is in its
    ///   outcome.
    public func deleteRecords(
        before offsets: [PartitionOffset]
    ) throws(KafkaError) -> [TrimOutcome] {
        guard !offsets.isEmpty else { return [] }
        try requireRealCluster("DeleteRecords")
        let list = PartitionList(offsets)
        guard let request = unsafe rd_kafka_DeleteRecords_new(list.raw) else {
            throw KafkaError(.other, "no request to delete records")
        }
        defer { unsafe rd_kafka_DeleteRecords_destroy(request) }
        var requests: [OpaquePointer?] = unsafe [request]
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_DELETERECORDS,
            submit: { options, queue in
                unsafe rd_kafka_DeleteRecords(client.raw, &requests, 1, options, queue)
            },
            read: { event in
                var outcomes: [TrimOutcome] = []
                let result = unsafe rd_kafka_event_DeleteRecords_result(event)
                guard let list = unsafe rd_kafka_DeleteRecords_result_offsets(result) else {
                    return outcomes
                }
                unsafe PartitionList.forEach(UnsafeMutablePointer(mutating: list)) {
                    partition,
                    offset,
                    code in
                    let isDone = code == RD_KAFKA_RESP_ERR_NO_ERROR
                    outcomes.append(
                        TrimOutcome(
                            partition: partition,
                            start: isDone ? offset : nil,
                            error: isDone ? nil : KafkaError(code)
                        )
                    )
                }
                return outcomes
            }
        )
    }
}
