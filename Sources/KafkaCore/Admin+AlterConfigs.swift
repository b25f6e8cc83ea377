// Changes configurations, entry by entry or all of a thing's entries at once.
// The first is possible from librdkafka 2.2 on, whose functions are found at run time.

internal import CRdkafka

/// A change of one entry.
public struct ConfigChange: Equatable, Sendable {
    /// The operation on an entry; the numbers are Kafka's.
    public enum Operation: Int32, Sendable {
        /// It gets a value.
        case set = 0
        /// Removes what was set; the next value in line counts.
        case delete = 1
        /// Something is put at the end of a list.
        case append = 2
        /// Something is taken out of a list.
        case subtract = 3
    }

    /// The entry's name.
    public let name: String
    /// The operation.
    public let operation: Operation
    /// The value, or what is put in or taken out; nil when it is deleted.
    public let value: String?

    /// Describes a change.
    public init(_ operation: Operation, _ name: String, _ value: String? = nil) {
        self.name = name
        self.operation = operation
        self.value = value
    }
}

extension Admin {
    /// True when the library in use can change one entry and leave the others alone.
    public static var canAlterIncrementally: Bool { Features.has(.incrementalConfigs) }

    /// Changes entries and leaves the others alone, or with `validateOnly` has the broker check that
    /// it could.
    ///
    /// C: `rd_kafka_IncrementalAlterConfigs`, librdkafka 2.2 or newer.
    /// - Throws: `KafkaError`, of kind `unsupported` with an older library.
    public func alter(
        _ thing: ConfigResource,
        _ changes: [ConfigChange],
        validateOnly: Bool
    ) throws(KafkaError) {
        try Features.require(.incrementalConfigs)
        try requireRealCluster("IncrementalAlterConfigs")
        guard let library = IncrementalConfigFunctions() else {
            throw KafkaError(.unsupported, "this librdkafka lacks the functions for configurations")
        }
        let request = unsafe try Self.request(thing)
        defer { unsafe rd_kafka_ConfigResource_destroy(request) }
        for change in changes {
            unsafe try check(
                library.add(request, change.name, change.operation.rawValue, change.value)
            )
        }
        var requests: [OpaquePointer?] = unsafe [request]
        let error = try unsafe call(
            IncrementalConfigFunctions.operation,
            validateOnly: validateOnly,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe library.alter(client.raw, &requests, 1, options, queue)
            },
            read: { event -> KafkaError? in
                var count = 0
                let answers = unsafe library.resources(library.result(event), &count)
                guard count > 0, let answer = unsafe answers?[0] else { return nil }
                return unsafe Self.error(of: answer)
            }
        )
        if let error { throw error }
    }

    /// Replaces all that is set on a thing: what `entries` does not have is taken away.
    ///
    /// C: `rd_kafka_AlterConfigs`.
    /// - Throws: `KafkaError` when it was refused or failed.
    public func replaceConfigs(
        of thing: ConfigResource,
        with entries: [ConfigEntry],
        validateOnly: Bool
    ) throws(KafkaError) {
        try requireRealCluster("AlterConfigs")
        let request = unsafe try Self.request(thing)
        defer { unsafe rd_kafka_ConfigResource_destroy(request) }
        for entry in entries {
            unsafe try check(
                rd_kafka_ConfigResource_set_config(request, entry.name, entry.value)
            )
        }
        var requests: [OpaquePointer?] = unsafe [request]
        let error = try unsafe call(
            RD_KAFKA_ADMIN_OP_ALTERCONFIGS,
            validateOnly: validateOnly,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe rd_kafka_AlterConfigs(client.raw, &requests, 1, options, queue)
            },
            read: { event -> KafkaError? in
                var count = 0
                let result = unsafe rd_kafka_event_AlterConfigs_result(event)
                let answers = unsafe rd_kafka_AlterConfigs_result_resources(result, &count)
                guard count > 0, let answer = unsafe answers?[0] else { return nil }
                return unsafe Self.error(of: answer)
            }
        )
        if let error { throw error }
    }
}

/// The functions of librdkafka 2.2 that change single entries, with the types of its header.
@safe private struct IncrementalConfigFunctions {
    /// `RD_KAFKA_ADMIN_OP_INCREMENTALALTERCONFIGS`, which the header that kctl is built with lacks.
    static let operation = rd_kafka_admin_op_t(rawValue: 16)

    typealias Resources = UnsafeMutablePointer<OpaquePointer?>
    typealias Text = UnsafePointer<CChar>
    typealias Add = @convention(c) (OpaquePointer, Text, Int32, Text?) -> OpaquePointer?
    typealias Alter =
        @convention(c) (OpaquePointer, Resources, Int, OpaquePointer, OpaquePointer) -> Void
    typealias Result = @convention(c) (OpaquePointer) -> OpaquePointer?
    typealias Answers =
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int>) -> Resources?

    let add: Add
    let alter: Alter
    let result: Result
    let resources: Answers

    init?() {
        func find<Function>(_ name: String, _ type: Function.Type) -> Function? {
            Features.function("rd_kafka_" + name, as: type)
        }
        guard
            let add = unsafe find("ConfigResource_add_incremental_config", Add.self),
            let alter = unsafe find("IncrementalAlterConfigs", Alter.self),
            let result = unsafe find("event_IncrementalAlterConfigs_result", Result.self),
            let resources = unsafe find("IncrementalAlterConfigs_result_resources", Answers.self)
        else { return nil }
        unsafe self.add = unsafe add
        unsafe self.alter = unsafe alter
        unsafe self.result = unsafe result
        unsafe self.resources = unsafe resources
    }
}
