// What consumer groups have committed, asked as an administrator does: without joining anything.

internal import CRdkafka

extension Admin {
    /// What a group has committed of these partitions; those without an offset are left out.
    ///
    /// C: `rd_kafka_ListConsumerGroupOffsets`.
    /// - Throws: `KafkaError`, of kind `refused` when the group may not be described.
    public func committedOffsets(
        of group: String,
        for partitions: [TopicPartition]
    ) throws(KafkaError) -> [PartitionOffset] {
        try requireRealCluster("OffsetFetch")
        let list = PartitionList(partitions, offset: -1001)
        var request = unsafe rd_kafka_ListConsumerGroupOffsets_new(group, list.raw)
        defer { unsafe rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        let answer = try unsafe call(
            RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe rd_kafka_ListConsumerGroupOffsets(client.raw, &request, 1, options, queue)
            },
            read: { event in unsafe Self.offsets(event) }
        )
        return try answer.get()
    }

    private static func offsets(_ event: OpaquePointer) -> Result<[PartitionOffset], KafkaError> {
        var count = 0
        let result = unsafe rd_kafka_event_ListConsumerGroupOffsets_result(event)
        let groups = unsafe rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
        guard count > 0, let group = unsafe groups?[0] else { return .success([]) }
        if let error = unsafe rd_kafka_group_result_error(group) {
            return .failure(KafkaError(unsafe rd_kafka_error_code(error)))
        }
        var offsets: [PartitionOffset] = []
        var failure: rd_kafka_resp_err_t?
        if let list = unsafe rd_kafka_group_result_partitions(group) {
            unsafe PartitionList.forEach(UnsafeMutablePointer(mutating: list)) {
                partition,
                offset,
                code in
                if code != RD_KAFKA_RESP_ERR_NO_ERROR { failure = code }
                if offset >= 0 { offsets.append(PartitionOffset(partition, offset)) }
            }
        }
        if let failure { return .failure(KafkaError(failure)) }
        return .success(offsets)
    }
}
