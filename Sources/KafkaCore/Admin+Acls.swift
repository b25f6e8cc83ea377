// ACLs: listed, made and taken away.
//
// librdkafka, up to 2.16 at least, drops the error of a DescribeAcls answer: who may not list them
// gets an empty list. `acls` finds out what an empty list means before it returns one.

internal import CRdkafka

extension Admin {
    /// Returns the rules that pass any of the filters, each once, sorted.
    ///
    /// C: `rd_kafka_DescribeAcls`.
    /// - Throws: `KafkaError` when it was refused or failed.
    public func acls(_ filters: [AclFilter]) throws(KafkaError) -> [AclBinding] {
        try requireRealCluster("DescribeAcls")
        var bindings: Set<AclBinding> = []
        for filter in filters { bindings.formUnion(try describe(filter)) }
        if bindings.isEmpty { try requireListing() }
        return bindings.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    }

    /// Returns the rules that pass any of the filters, as one broker knows them.
    ///
    /// The caller must know whether they may be listed: an empty list is believed. C:
    /// `rd_kafka_DescribeAcls`.
    /// - Throws: `KafkaError` when it failed.
    public func acls(_ filters: [AclFilter], reportedBy broker: Int32) throws(KafkaError) -> Set<
        AclBinding
    > {
        var bindings: Set<AclBinding> = []
        for filter in filters { bindings.formUnion(try describe(filter, at: broker)) }
        return bindings
    }

    /// Throws `unsupported` when rules are about things that the library in use has no ACLs for.
    public static func requireKinds(of bindings: [AclBinding]) throws(KafkaError) {
        guard bindings.contains(where: { $0.kind == .transactionalID }) else { return }
        try Features.require(.transactionalIDAcls)
    }

    /// Makes rules; why one was not made, in their order.
    ///
    /// C: `rd_kafka_CreateAcls`.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func create(_ bindings: [AclBinding]) throws(KafkaError) -> [KafkaError?] {
        try Self.requireKinds(of: bindings)
        try requireRealCluster("CreateAcls")
        var requests: [OpaquePointer?] = unsafe []
        defer { unsafe requests.forEach { unsafe rd_kafka_AclBinding_destroy($0) } }
        for binding in bindings {
            let raw = unsafe rd_kafka_AclBinding_new(
                rd_kafka_ResourceType_t(rawValue: UInt32(binding.kind.rawValue)),
                binding.name,
                rd_kafka_ResourcePatternType_t(rawValue: UInt32(binding.pattern.rawValue)),
                binding.principal,
                binding.host,
                rd_kafka_AclOperation_t(rawValue: UInt32(binding.operation.rawValue)),
                rd_kafka_AclPermissionType_t(rawValue: UInt32(binding.permission.rawValue)),
                nil,
                0
            )
            guard let raw = unsafe raw else {
                throw KafkaError(.invalid, "an ACL that librdkafka takes for none")
            }
            unsafe requests.append(raw)
        }
        let count = unsafe requests.count
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_CREATEACLS,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe rd_kafka_CreateAcls(client.raw, &requests, count, options, queue)
            },
            read: { event in
                var count = 0
                let result = unsafe rd_kafka_event_CreateAcls_result(event)
                let answers = unsafe rd_kafka_CreateAcls_result_acls(result, &count)
                return (0..<count).map { index in
                    unsafe answers?[index].flatMap {
                        unsafe Self.error(rd_kafka_acl_result_error($0))
                    }
                }
            }
        )
    }

    /// Takes rules away, and nothing but these; why one was not, in their order.
    ///
    /// A rule that is not there any more is none that failed. C: `rd_kafka_DeleteAcls`.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func delete(_ bindings: [AclBinding]) throws(KafkaError) -> [KafkaError?] {
        try requireRealCluster("DeleteAcls")
        var requests: [OpaquePointer?] = unsafe []
        defer { unsafe requests.forEach { unsafe rd_kafka_AclBinding_destroy($0) } }
        for binding in bindings { unsafe requests.append(try Self.request(AclFilter(binding))) }
        let count = unsafe requests.count
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_DELETEACLS,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe rd_kafka_DeleteAcls(client.raw, &requests, count, options, queue)
            },
            read: { event in
                var count = 0
                let result = unsafe rd_kafka_event_DeleteAcls_result(event)
                let answers = unsafe rd_kafka_DeleteAcls_result_responses(result, &count)
                return (0..<count).map { index in
                    guard let answer = unsafe answers?[index] else { return nil }
                    let whole = unsafe Self.error(rd_kafka_DeleteAcls_result_response_error(answer))
                    return unsafe whole ?? Self.bindingError(answer)
                }
            }
        )
    }

    private func describe(
        _ filter: AclFilter,
        at broker: Int32? = nil
    ) throws(KafkaError) -> [AclBinding] {
        let request = unsafe try Self.request(filter)
        defer { unsafe rd_kafka_AclBinding_destroy(request) }
        let pending = try unsafe begin(
            RD_KAFKA_ADMIN_OP_DESCRIBEACLS,
            waitForCompletion: false,
            broker: broker,
            submit: { options, queue in
                unsafe rd_kafka_DescribeAcls(client.raw, request, options, queue)
            }
        )
        return try unsafe finish(pending) { event in
            var count = 0
            let result = unsafe rd_kafka_event_DescribeAcls_result(event)
            let acls = unsafe rd_kafka_DescribeAcls_result_acls(result, &count)
            return (0..<count).compactMap { index in
                unsafe acls?[index].map { unsafe AclBinding($0) }
            }
        }
    }

    /// Throws when nothing was listed because nothing may be.
    ///
    /// A principal that may list rules, and is no super user, has that permission by a rule: then
    /// there is one. Otherwise a deletion of what cannot be there says who is asked, and whether it
    /// keeps rules at all.
    private func requireListing() throws(KafkaError) {
        guard try describe(AclFilter()).isEmpty else { return }
        let nothing = AclBinding(
            .topic,
            "no/topic",
            .literal,
            principal: "kctl:nobody",
            host: "192.0.2.1",
            .read,
            .deny
        )
        if let error = try delete([nothing]).first ?? nil { throw error }
    }

    private static func request(_ filter: AclFilter) throws(KafkaError) -> OpaquePointer {
        if filter.kind == .transactionalID { try Features.require(.transactionalIDAcls) }
        let raw = unsafe rd_kafka_AclBindingFilter_new(
            rd_kafka_ResourceType_t(rawValue: UInt32(filter.kind?.rawValue ?? 1)),
            filter.name,
            rd_kafka_ResourcePatternType_t(rawValue: UInt32(filter.match.rawValue)),
            filter.principal,
            filter.host,
            rd_kafka_AclOperation_t(rawValue: UInt32(filter.operation?.rawValue ?? 1)),
            rd_kafka_AclPermissionType_t(rawValue: UInt32(filter.permission?.rawValue ?? 1)),
            nil,
            0
        )
        guard let raw = unsafe raw else {
            throw KafkaError(
                .unsupported,
                "an ACL with words that librdkafka \(Features.libraryVersion) does not know"
            )
        }
        return unsafe raw
    }

    /// Returns the reason one of the rules that a filter found was not deleted; nil when all were.
    private static func bindingError(_ answer: OpaquePointer) -> KafkaError? {
        var count = 0
        let acls = unsafe rd_kafka_DeleteAcls_result_response_matching_acls(answer, &count)
        for index in 0..<count {
            guard let acl = unsafe acls?[index] else { continue }
            if let error = unsafe error(rd_kafka_AclBinding_error(acl)) { return error }
        }
        return nil
    }

    /// Returns the error that an error object of an answer reports; nil when there is none.
    static func error(_ raw: OpaquePointer?) -> KafkaError? {
        guard let raw = unsafe raw else { return nil }
        let code = unsafe rd_kafka_error_code(raw)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let text = unsafe String(cString: rd_kafka_error_string(raw))
        return KafkaError(code, reason: LibraryText.brokersReason(text))
    }
}

extension AclBinding {
    fileprivate init(_ raw: OpaquePointer) {
        func text(_ raw: UnsafePointer<CChar>?) -> String {
            unsafe raw.map { unsafe String(cString: $0) } ?? ""
        }
        unsafe self.init(
            AclResourceKind(rawValue: Int32(rd_kafka_AclBinding_restype(raw).rawValue)) ?? .unknown,
            text(rd_kafka_AclBinding_name(raw)),
            AclPattern(
                rawValue: Int32(rd_kafka_AclBinding_resource_pattern_type(raw).rawValue)
            ) ?? .unknown,
            principal: text(rd_kafka_AclBinding_principal(raw)),
            host: text(rd_kafka_AclBinding_host(raw)),
            AclOperation(rawValue: Int32(rd_kafka_AclBinding_operation(raw).rawValue)) ?? .unknown,
            AclPermission(
                rawValue: Int32(rd_kafka_AclBinding_permission_type(raw).rawValue)
            ) ?? .unknown
        )
    }

    /// The sort key of a rule: kind, name, pattern, principal, then the rest.
    fileprivate var order: [String] {
        [
            "\(kind.rawValue)", name, "\(pattern.rawValue)", principal, host,
            // Two digits, so that ten comes after nine.
            "\(operation.rawValue + 10)", "\(permission.rawValue)",
        ]
    }
}
