// The words for ACLs: those of Kafka's own tool on the command line and in what is printed.

import Arguments
import KafkaCore

extension AclResourceKind {
    /// The word for it, which is its option too.
    var word: String {
        switch self {
        case .unknown: "unknown"
        case .topic: "topic"
        case .group: "group"
        case .cluster: "cluster"
        case .transactionalID: "transactional-id"
        }
    }

    /// The operations on such a resource.
    var operations: [AclOperation] {
        switch self {
        case .unknown: []
        case .topic:
            [.read, .write, .create, .delete, .alter, .describe, .describeConfigs, .alterConfigs]
        case .group: [.read, .delete, .describe, .describeConfigs, .alterConfigs]
        case .cluster:
            [
                .create, .alter, .describe, .clusterAction, .describeConfigs, .alterConfigs,
                .idempotentWrite,
            ]
        case .transactionalID: [.write, .describe]
        }
    }
}

extension AclPattern {
    /// The word for it.
    var word: String {
        switch self {
        case .unknown: "unknown"
        case .literal: "literal"
        case .prefixed: "prefixed"
        }
    }
}

extension AclPermission {
    /// The word for it.
    var word: String {
        switch self {
        case .unknown: "unknown"
        case .deny: "deny"
        case .allow: "allow"
        }
    }
}

extension AclOperation {
    /// The word for it.
    var word: String {
        switch self {
        case .unknown: "unknown"
        case .all: "All"
        case .read: "Read"
        case .write: "Write"
        case .create: "Create"
        case .delete: "Delete"
        case .alter: "Alter"
        case .describe: "Describe"
        case .clusterAction: "ClusterAction"
        case .describeConfigs: "DescribeConfigs"
        case .alterConfigs: "AlterConfigs"
        case .idempotentWrite: "IdempotentWrite"
        }
    }

    /// Those that have a word.
    static var known: [AclOperation] { allCases.filter { $0 != .unknown } }

    /// The operation that a word means, in any case and with `-` or `_` between its parts or not.
    init?(word: String) {
        func plain(_ text: String) -> String {
            text.lowercased().filter { $0 != "-" && $0 != "_" }
        }
        guard let operation = Self.known.first(where: { plain($0.word) == plain(word) }) else {
            return nil
        }
        self = operation
    }
}

/// An operation on the command line.
struct AclOperationArgument: ArgumentValue {
    static let placeholder = "OPERATION"

    let operation: AclOperation

    var argumentText: String { operation.word }

    init(argument: String) throws(InvalidValue) {
        if let operation = AclOperation(word: argument) {
            self.operation = operation
            return
        }
        let words = AclOperation.known.map(\.word)
        throw InvalidValue(
            "not one of " + words.joined(separator: ", "),
            hint: Suggestion.nearest(to: argument, among: words).map { "did you mean '\($0)'?" }
        )
    }
}

/// A principal on the command line: `User:alice`.
struct PrincipalArgument: ArgumentValue {
    static let placeholder = "TYPE:NAME"

    let argumentText: String

    init(argument: String) throws(InvalidValue) {
        guard let colon = argument.firstIndex(of: ":"), colon != argument.startIndex,
            argument.index(after: colon) != argument.endIndex
        else {
            let name = argument.filter { $0 != ":" }
            throw InvalidValue(
                "not TYPE:NAME",
                hint: name.isEmpty ? nil : "did you mean 'User:\(name)'?"
            )
        }
        argumentText = argument
    }
}

/// The way in which names are read, or found.
enum AclPatternArgument: String, ArgumentChoice {
    case literal
    case prefixed
    case match
    case any

    /// The match with which rules of a name are found.
    var match: AclFilter.Match {
        switch self {
        case .literal: .literal
        case .prefixed: .prefixed
        case .match: .match
        case .any: .any
        }
    }
}

extension AclBinding {
    /// The rule in a sentence: `allow User:alice Read on topic 'orders' from any host`.
    var phrase: String {
        let thing: String
        switch (kind, pattern) {
        case (.cluster, _): thing = "the cluster"
        case (_, .prefixed): thing = "\(kind.word)s '\(name)...'"
        case (_, _) where name == "*": thing = "every \(kind.word)"
        case (_, _): thing = "\(kind.word) '\(name)'"
        }
        let place = host == "*" ? "any host" : host
        return "\(permission.word) \(principal) \(operation.word) on \(thing) from \(place)"
    }
}
