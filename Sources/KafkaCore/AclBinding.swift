// Who may do what with what: the words of Kafka's access control.

/// The kind of resource an ACL is about; the numbers are Kafka's.
public enum AclResourceKind: Int32, CaseIterable, Sendable {
    /// One that the library in use does not know.
    case unknown = 0
    /// A topic.
    case topic = 2
    /// A consumer group.
    case group = 3
    /// The cluster itself.
    case cluster = 4
    /// A producer's transactional id.
    case transactionalID = 5
}

/// The way an ACL's name is matched; the numbers are Kafka's.
public enum AclPattern: Int32, CaseIterable, Sendable {
    /// One that the library in use does not know.
    case unknown = 0
    /// The whole name, or `*` for all.
    case literal = 3
    /// The beginning of names.
    case prefixed = 4
}

/// The operation an ACL is about; the numbers are Kafka's.
public enum AclOperation: Int32, CaseIterable, Sendable {
    /// One that the library in use does not know.
    case unknown = 0
    /// Everything.
    case all = 2
    /// Reading.
    case read = 3
    /// Writing.
    case write = 4
    /// Making.
    case create = 5
    /// Deleting.
    case delete = 6
    /// Changing.
    case alter = 7
    /// Seeing that it is there.
    case describe = 8
    /// The brokers' own operations.
    case clusterAction = 9
    /// Reading the configuration.
    case describeConfigs = 10
    /// Changing the configuration.
    case alterConfigs = 11
    /// Writing exactly once, without transactions.
    case idempotentWrite = 12
}

/// The permission of an ACL, allow or deny; the numbers are Kafka's.
public enum AclPermission: Int32, CaseIterable, Sendable {
    /// One that the library in use does not know.
    case unknown = 0
    /// Refuses, whatever else grants.
    case deny = 2
    /// Grants.
    case allow = 3
}

/// One rule: who may, or may not, do what with what from where.
public struct AclBinding: Hashable, Sendable {
    /// The kind of thing.
    public var kind: AclResourceKind
    /// Its name, or how names begin.
    public var name: String
    /// The way the name is matched.
    public var pattern: AclPattern
    /// The principal: `User:alice`, or `User:*` for every user.
    public var principal: String
    /// From where: an address, or `*`.
    public var host: String
    /// The operation.
    public var operation: AclOperation
    /// The permission.
    public var permission: AclPermission

    /// The name of the cluster as a thing with ACLs.
    public static let clusterName = "kafka-cluster"

    /// Makes a rule.
    public init(
        _ kind: AclResourceKind,
        _ name: String,
        _ pattern: AclPattern,
        principal: String,
        host: String,
        _ operation: AclOperation,
        _ permission: AclPermission
    ) {
        self.kind = kind
        self.name = name
        self.pattern = pattern
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    /// True when the library in use knows all of its words.
    public var isKnown: Bool {
        kind != .unknown && pattern != .unknown && operation != .unknown && permission != .unknown
    }
}

/// A filter of rules; what is nil is of no account.
public struct AclFilter: Hashable, Sendable {
    /// The way a name of the filter finds names of rules; the numbers are Kafka's.
    public enum Match: Int32, Sendable {
        /// The same name, however either is to be read.
        case any = 1
        /// Every rule that counts for a thing of this name.
        case match = 2
        /// A rule for this very name.
        case literal = 3
        /// A rule for names that begin like this.
        case prefixed = 4
    }

    /// The kind of thing.
    public var kind: AclResourceKind?
    /// Its name.
    public var name: String?
    /// The way the name finds rules.
    public var match: Match
    /// The principal.
    public var principal: String?
    /// From where.
    public var host: String?
    /// The operation.
    public var operation: AclOperation?
    /// The permission.
    public var permission: AclPermission?

    /// Makes a filter; as it is, every rule passes.
    public init(
        _ kind: AclResourceKind? = nil,
        _ name: String? = nil,
        _ match: Match = .any,
        principal: String? = nil,
        host: String? = nil,
        _ operation: AclOperation? = nil,
        _ permission: AclPermission? = nil
    ) {
        self.kind = kind
        self.name = name
        self.match = match
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    /// The filter that only this rule passes.
    public init(_ binding: AclBinding) {
        self.init(
            binding.kind,
            binding.name,
            Match(rawValue: binding.pattern.rawValue) ?? .literal,
            principal: binding.principal,
            host: binding.host,
            binding.operation,
            binding.permission
        )
    }
}
