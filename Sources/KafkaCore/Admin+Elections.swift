// Electing leaders, which librdkafka can from 2.6 on: its functions are found at run time.

internal import CRdkafka

/// The replica of a partition that is to lead it.
public enum LeaderElection: Sendable {
    /// The first of its replicas, if that is in sync.
    case preferred
    /// Any that is alive, in sync or not, for a partition that has no leader: records may be lost.
    case unclean

    /// `RD_KAFKA_ELECTION_TYPE_…`.
    var raw: Int32 {
        switch self {
        case .preferred: 0
        case .unclean: 1
        }
    }
}

/// The outcome for one partition whose leader was to be elected.
public struct ElectionOutcome: Equatable, Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The reason no leader was elected; nil when one was, or had been.
    public let error: KafkaError?
}

extension Admin {
    /// Elects the leaders of partitions.
    ///
    /// C: `rd_kafka_ElectLeaders`, librdkafka 2.6 or newer.
    /// - Throws: `KafkaError` when the call as a whole failed, of kind `unsupported` with an older
    ///   library; a partition's own error is in its outcome.
    public func electLeaders(
        of partitions: [TopicPartition],
        _ election: LeaderElection
    ) throws(KafkaError) -> [ElectionOutcome] {
        try Features.require(.electLeaders)
        guard !partitions.isEmpty else { return [] }
        try requireRealCluster("ElectLeaders")
        guard let library = ElectLeadersFunctions() else {
            throw KafkaError(.unsupported, "this librdkafka lacks the functions for elections")
        }
        let list = PartitionList(partitions, offset: 0)
        guard let request = unsafe library.request(election.raw, list.raw) else {
            throw KafkaError(.other, "no request to elect leaders")
        }
        defer { unsafe library.destroyRequest(request) }
        return try unsafe call(
            ElectLeadersFunctions.operation,
            submit: { options, queue in
                unsafe library.elect(client.raw, request, options, queue)
            },
            read: { event in
                var outcomes: [ElectionOutcome] = []
                var count = 0
                let results = unsafe library.partitions(library.result(event), &count)
                for index in 0..<count {
                    guard let result = unsafe results?[index],
                        let place = unsafe library.partition(result)
                    else { continue }
                    let partition = unsafe TopicPartition(
                        String(cString: place.pointee.topic),
                        place.pointee.partition
                    )
                    let code = unsafe library.error(result).map {
                        unsafe rd_kafka_error_code($0)
                    }
                    outcomes.append(ElectionOutcome(partition, code))
                }
                return outcomes
            }
        )
    }
}

extension ElectionOutcome {
    fileprivate init(_ partition: TopicPartition, _ code: rd_kafka_resp_err_t?) {
        self.partition = partition
        switch code {
        // Not needed: another election was faster.
        case nil, RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_ELECTION_NOT_NEEDED: error = nil
        case .some(let code): error = KafkaError(code)
        }
    }
}

/// The functions of librdkafka 2.6 that elect leaders, with the types of its header.
@safe private struct ElectLeadersFunctions {
    /// `RD_KAFKA_ADMIN_OP_ELECTLEADERS`, which the header that kctl is built with lacks.
    static let operation = rd_kafka_admin_op_t(rawValue: 22)

    typealias List = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    typealias Results = UnsafeMutablePointer<OpaquePointer?>

    let request: @convention(c) (Int32, List) -> OpaquePointer?
    let destroyRequest: @convention(c) (OpaquePointer) -> Void
    let elect: @convention(c) (OpaquePointer, OpaquePointer, OpaquePointer, OpaquePointer) -> Void
    let result: @convention(c) (OpaquePointer) -> OpaquePointer?
    let partitions: @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int>) -> Results?
    let partition: @convention(c) (OpaquePointer) -> UnsafePointer<rd_kafka_topic_partition_t>?
    let error: @convention(c) (OpaquePointer) -> OpaquePointer?

    init?() {
        func find<Function>(_ name: String, _ type: Function.Type) -> Function? {
            Features.function("rd_kafka_" + name, as: type)
        }
        guard
            let request = unsafe find(
                "ElectLeaders_new",
                (@convention(c) (Int32, List) -> OpaquePointer?).self
            ),
            let destroyRequest = unsafe find(
                "ElectLeaders_destroy",
                (@convention(c) (OpaquePointer) -> Void).self
            ),
            let elect = unsafe find(
                "ElectLeaders",
                (@convention(c) (OpaquePointer, OpaquePointer, OpaquePointer, OpaquePointer)
                    -> Void).self
            ),
            let result = unsafe find(
                "event_ElectLeaders_result",
                (@convention(c) (OpaquePointer) -> OpaquePointer?).self
            ),
            let partitions = unsafe find(
                "ElectLeaders_result_partitions",
                (@convention(c) (OpaquePointer?, UnsafeMutablePointer<Int>) -> Results?).self
            ),
            let partition = unsafe find(
                "topic_partition_result_partition",
                (@convention(c) (OpaquePointer) -> UnsafePointer<rd_kafka_topic_partition_t>?).self
            ),
            let error = unsafe find(
                "topic_partition_result_error",
                (@convention(c) (OpaquePointer) -> OpaquePointer?).self
            )
        else { return nil }
        unsafe self.request = unsafe request
        unsafe self.destroyRequest = unsafe destroyRequest
        unsafe self.elect = unsafe elect
        unsafe self.result = unsafe result
        unsafe self.partitions = unsafe partitions
        unsafe self.partition = unsafe partition
        unsafe self.error = unsafe error
    }
}
