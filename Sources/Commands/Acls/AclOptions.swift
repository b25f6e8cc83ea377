// The ACLs that a command is about, in the options of Kafka's own tool.
// Resources, operations and principals. `create` makes rules of them, `list` and `delete` find
// rules.

import Arguments
import CommandKit
import KafkaCore

/// Things, operations and principals.
struct AclOptions: CommandOptions {
    var topics: [String] = []
    var groups: [String] = []
    var isCluster = false
    var transactionalIDs: [String] = []
    var delegationTokens: [String] = []
    var pattern: AclPatternArgument?
    var operations: [AclOperationArgument] = []
    var isProducer = false
    var isIdempotent = false
    var isConsumer = false
    var allowed: [PrincipalArgument] = []
    var denied: [PrincipalArgument] = []
    var allowedHosts: [String] = []
    var deniedHosts: [String] = []

    static let flags: [Flag<AclOptions>] = [
        .list("topic", "t", "Topic resource.", \.topics, placeholder: "NAME", completion: .topics),
        .list(
            "group",
            "g",
            "Consumer group resource.",
            \.groups,
            placeholder: "NAME",
            completion: .groups
        ),
        .toggle("cluster", "Cluster resource.", \.isCluster, negatable: false),
        .list(
            "transactional-id",
            "Transactional id resource.",
            \.transactionalIDs,
            placeholder: "ID"
        )
        .advanced(),
        .list(
            "delegation-token",
            "Delegation token resource; not supported by librdkafka.",
            \.delegationTokens,
            placeholder: "ID"
        )
        .advanced(),
        .optional(
            "resource-pattern-type",
            "Match type of resource names (default: literal).",
            \.pattern
        )
        .advanced(),
        .list(
            "operation",
            "Operation (default: all).",
            \.operations,
            completion: .words(AclOperation.known.map(\.word))
        ),
        .toggle(
            "producer",
            "Operations that a producer of the topics needs.",
            \.isProducer,
            negatable: false
        ),
        .toggle(
            "idempotent",
            "With --producer: add IdempotentWrite, for Kafka before 3.0.",
            \.isIdempotent,
            negatable: false
        )
        .advanced(),
        .toggle(
            "consumer",
            "Operations that a consumer of the topics needs.",
            \.isConsumer,
            negatable: false
        ),
        .list(
            "allow-principal",
            "Principal to allow: User:NAME.",
            \.allowed
        ),
        .list("deny-principal", "Principal to deny.", \.denied).advanced(),
        .list(
            "allow-host",
            "Client host to allow (default: * (all)).",
            \.allowedHosts,
            placeholder: "ADDRESS"
        )
        .advanced(),
        .list(
            "deny-host",
            "Client host to deny (default: * (all)).",
            \.deniedHosts,
            placeholder: "ADDRESS"
        )
        .advanced(),
    ]

    /// The same options for finding rules: there those that describe whole rules matter less.
    static let filterFlags = flags.map { flag in
        let isRare = ["producer", "consumer", "allow-principal"].contains(flag.description.long)
        return isRare ? flag.advanced() : flag
    }

    /// A resource and an operation; no operation stands for all that are not named.
    struct Target {
        let kind: AclResourceKind
        let name: String
        let operations: [AclOperation]
    }

    /// True when a resource is named.
    var hasThings: Bool {
        isCluster
            || ![topics, groups, transactionalIDs, delegationTokens].allSatisfy(\.isEmpty)
    }

    /// True when a principal is named.
    var hasPrincipals: Bool { !allowed.isEmpty || !denied.isEmpty }

    /// The things, and what is done with each.
    var targets: [Target] {
        var targets: [Target] = []
        func add(_ kind: AclResourceKind, _ names: [String], _ operations: [AclOperation]) {
            for name in names {
                targets.append(Target(kind: kind, name: name, operations: operations))
            }
        }
        if isProducer {
            add(.topic, topics, [.write, .describe, .create])
            add(.transactionalID, transactionalIDs, [.write, .describe])
            if isIdempotent { add(.cluster, [AclBinding.clusterName], [.idempotentWrite]) }
        }
        if isConsumer {
            add(.topic, topics, [.read, .describe])
            add(.group, groups, [.read])
        }
        if isProducer || isConsumer { return targets }
        let operations = operations.map(\.operation)
        add(.topic, topics, operations)
        add(.group, groups, operations)
        if isCluster { add(.cluster, [AclBinding.clusterName], operations) }
        add(.transactionalID, transactionalIDs, operations)
        return targets
    }

    /// Refuses what does not go together.
    func validate() throws(UsageError) {
        let names = topics + groups + transactionalIDs + delegationTokens
        if names.contains("") { throw UsageError("a resource name is empty") }
        if isProducer || isConsumer {
            if !operations.isEmpty {
                throw UsageError("--operation cannot be used with --producer or --consumer")
            }
            if topics.isEmpty { throw UsageError("--producer and --consumer require --topic") }
        }
        if isConsumer, groups.isEmpty { throw UsageError("--consumer requires --group") }
        if !isConsumer, isProducer, !groups.isEmpty {
            throw UsageError("--producer cannot be used with --group")
        }
        if isIdempotent, !isProducer { throw UsageError("--idempotent requires --producer") }
        for target in targets {
            for operation in target.operations where operation != .all {
                guard !target.kind.operations.contains(operation) else { continue }
                let words = (target.kind.operations + [.all]).map(\.word)
                throw UsageError(
                    "operation \(operation.word) does not apply to a \(target.kind.word)",
                    hint: words.joined(separator: ", ")
                )
            }
        }
    }

    /// Returns the rules that these options describe; with no operation, for all of them.
    func bindings() throws(CommandError) -> [AclBinding] {
        try refuseTokens()
        let people =
            Self.people(allowed, allowedHosts, .allow) + Self.people(denied, deniedHosts, .deny)
        var bindings: [AclBinding] = []
        var taken: Set<AclBinding> = []
        for target in targets {
            let isPrefixed = pattern == .prefixed && target.kind != .cluster
            for operation in target.operations.isEmpty ? [.all] : target.operations {
                for (principal, host, permission) in people {
                    let binding = AclBinding(
                        target.kind,
                        target.name,
                        isPrefixed ? .prefixed : .literal,
                        principal: principal,
                        host: host,
                        operation,
                        permission
                    )
                    if taken.insert(binding).inserted { bindings.append(binding) }
                }
            }
        }
        return bindings
    }

    /// Returns the filters that find the rules of these options and `principals`; an option that is
    /// not given matches any value.
    func filters(_ principals: [PrincipalArgument]) throws(CommandError) -> [AclFilter] {
        try refuseTokens()
        var people: [AclFilter] = principals.map { AclFilter(principal: $0.argumentText) }
        people += Self.filters(allowed, allowedHosts, .allow)
        people += Self.filters(denied, deniedHosts, .deny)
        if people.isEmpty { people = [AclFilter()] }
        var filters: [AclFilter] = []
        for person in people {
            guard hasThings else {
                for operation in Self.orAny(operations.map(\.operation)) {
                    var filter = person
                    filter.operation = operation
                    filters.append(filter)
                }
                continue
            }
            for target in targets {
                for operation in Self.orAny(target.operations) {
                    var filter = person
                    (filter.kind, filter.name) = (target.kind, target.name)
                    filter.match = pattern?.match ?? .literal
                    filter.operation = operation
                    filters.append(filter)
                }
            }
        }
        return filters
    }

    private func refuseTokens() throws(CommandError) {
        guard delegationTokens.isEmpty else {
            throw CommandError(.failure, "librdkafka does not support ACLs of delegation tokens")
        }
    }

    private static func orAny(_ operations: [AclOperation]) -> [AclOperation?] {
        operations.isEmpty ? [nil] : operations.map { $0 }
    }

    private static func people(
        _ principals: [PrincipalArgument],
        _ hosts: [String],
        _ permission: AclPermission
    ) -> [(principal: String, host: String, permission: AclPermission)] {
        principals.flatMap { principal in
            (hosts.isEmpty ? ["*"] : hosts).map { (principal.argumentText, $0, permission) }
        }
    }

    private static func filters(
        _ principals: [PrincipalArgument],
        _ hosts: [String],
        _ permission: AclPermission
    ) -> [AclFilter] {
        guard !principals.isEmpty || !hosts.isEmpty else { return [] }
        let names: [String?] = principals.isEmpty ? [nil] : principals.map(\.argumentText)
        let places: [String?] = hosts.isEmpty ? [nil] : hosts.map { $0 }
        return names.flatMap { name in
            places.map { AclFilter(principal: name, host: $0, nil, permission) }
        }
    }
}
