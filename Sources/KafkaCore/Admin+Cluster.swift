// What a cluster says of its brokers, which librdkafka reports in full from 2.3 on.
// Its functions are found at run time.

internal import CRdkafka

/// The address of each broker, and what this client may do with the cluster.
public struct ClusterDescription: Equatable, Sendable {
    /// Racks by the broker's number; a broker without one is left out.
    public let racks: [Int32: String]
    /// The names of the operations on the cluster that are allowed; nil when it does not report
    /// them.
    public let operations: [String]?
}

extension Admin {
    /// Racks, and what is allowed.
    ///
    /// C: `rd_kafka_DescribeCluster`, librdkafka 2.3 or newer.
    /// - Throws: `KafkaError`, of kind `unsupported` with an older library.
    public func describeCluster() throws(KafkaError) -> ClusterDescription {
        try Features.require(.describeCluster)
        try requireRealCluster("DescribeCluster")
        guard let library = DescribeClusterFunctions() else {
            throw KafkaError(.unsupported, "this librdkafka lacks the functions for clusters")
        }
        return try unsafe call(
            DescribeClusterFunctions.operation,
            waitForCompletion: false,
            submit: { options, queue in
                if let error = unsafe library.includeOperations(options, 1) {
                    unsafe rd_kafka_error_destroy(error)
                }
                unsafe library.describe(client.raw, options, queue)
            },
            read: { event in
                let result = unsafe library.result(event)
                var count = 0
                var racks: [Int32: String] = [:]
                let nodes = unsafe library.nodes(result, &count)
                for index in 0..<count {
                    guard let node = unsafe nodes?[index], let rack = unsafe library.rack(node)
                    else { continue }
                    unsafe racks[library.id(node)] = String(cString: rack)
                }
                guard let operations = unsafe library.operations(result, &count) else {
                    return ClusterDescription(racks: racks, operations: nil)
                }
                let names = (0..<count).map { index in
                    unsafe Self.name(of: operations[index])
                }
                return ClusterDescription(racks: racks, operations: names.sorted())
            }
        )
    }

    /// Returns an operation as Kafka's own tools write it: `AlterConfigs`.
    private static func name(of operation: rd_kafka_AclOperation_t) -> String {
        let name = unsafe String(cString: rd_kafka_AclOperation_name(operation))
        return name.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }
            .joined()
    }
}

/// The functions of librdkafka 2.3 that describe clusters, with the types of its header.
@safe private struct DescribeClusterFunctions {
    /// `RD_KAFKA_ADMIN_OP_DESCRIBECLUSTER`, which the header that kctl is built with lacks.
    static let operation = rd_kafka_admin_op_t(rawValue: 20)

    typealias Nodes = UnsafeMutablePointer<OpaquePointer?>
    typealias Operations = UnsafePointer<rd_kafka_AclOperation_t>
    typealias Count = UnsafeMutablePointer<Int>

    let describe: @convention(c) (OpaquePointer, OpaquePointer, OpaquePointer) -> Void
    let includeOperations: @convention(c) (OpaquePointer, Int32) -> OpaquePointer?
    let result: @convention(c) (OpaquePointer) -> OpaquePointer?
    let nodes: @convention(c) (OpaquePointer?, Count) -> Nodes?
    let operations: @convention(c) (OpaquePointer?, Count) -> Operations?
    let id: @convention(c) (OpaquePointer) -> Int32
    let rack: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?

    init?() {
        func find<Function>(_ name: String, _ type: Function.Type) -> Function? {
            Features.function("rd_kafka_" + name, as: type)
        }
        guard
            let describe = unsafe find(
                "DescribeCluster",
                (@convention(c) (OpaquePointer, OpaquePointer, OpaquePointer) -> Void).self
            ),
            let includeOperations = unsafe find(
                "AdminOptions_set_include_authorized_operations",
                (@convention(c) (OpaquePointer, Int32) -> OpaquePointer?).self
            ),
            let result = unsafe find(
                "event_DescribeCluster_result",
                (@convention(c) (OpaquePointer) -> OpaquePointer?).self
            ),
            let nodes = unsafe find(
                "DescribeCluster_result_nodes",
                (@convention(c) (OpaquePointer?, Count) -> Nodes?).self
            ),
            let operations = unsafe find(
                "DescribeCluster_result_authorized_operations",
                (@convention(c) (OpaquePointer?, Count) -> Operations?).self
            ),
            let id = unsafe find("Node_id", (@convention(c) (OpaquePointer) -> Int32).self),
            let rack = unsafe find(
                "Node_rack",
                (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self
            )
        else { return nil }
        unsafe self.describe = unsafe describe
        unsafe self.includeOperations = unsafe includeOperations
        unsafe self.result = unsafe result
        unsafe self.nodes = unsafe nodes
        unsafe self.operations = unsafe operations
        unsafe self.id = unsafe id
        unsafe self.rack = unsafe rack
    }
}
