// The resource of a command about configurations: a kind and names, checked against the cluster.

import Arguments
import CommandKit
import KafkaCore

/// A kind and names, as they are given.
struct ConfigTarget: CommandOptions {
    var word: String?
    var names: [String] = []

    init() {}

    /// A word alone, to see which type it names.
    init(word: String) { self.word = word }

    static let operands: [Operand<ConfigTarget>] = [
        .required(
            "KIND",
            "One of topic, broker, group, client-metrics.",
            \.word,
            completion: .words(ConfigResource.Kind.allCases.map(\.rawValue))
        ),
        .repeated(
            "NAME",
            "Resource names; for brokers, ids.",
            \.names,
            completion: .names("resources")
        ),
    ]

    /// The kind that the word means, Apache's plurals too; nil when there is no such kind.
    var kind: ConfigResource.Kind? {
        guard let word else { return nil }
        return ConfigResource.Kind(rawValue: word)
            ?? (word.hasSuffix("s") ? ConfigResource.Kind(rawValue: String(word.dropLast())) : nil)
    }

    /// Refuses a word that is no kind, and names that a resource of the kind cannot have.
    func validate() throws(UsageError) {
        let kinds = ConfigResource.Kind.allCases.map(\.rawValue)
        guard let kind else {
            let near = Suggestion.nearest(to: word ?? "", among: kinds)
            throw UsageError(
                "unknown resource type '\(word ?? "")': not one of "
                    + kinds.joined(separator: ", "),
                hint: near.map { "did you mean '\($0)'?" }
            )
        }
        if names.contains("") { throw UsageError("NAME is empty") }
        if kind == .broker {
            for name in names where Int32(name).map({ $0 < 0 }) ?? true {
                throw UsageError("broker '\(name)' is not a broker id")
            }
        }
    }

    /// Returns the resources named, each once, in the order named.
    ///
    /// Brokers that are not there are handed to `onMissing`: the library would wait for them.
    func resources(
        in metadata: Metadata,
        onMissing: (CommandError) -> Void
    ) -> [ConfigResource] {
        guard let kind else { return [] }
        var taken: Set<String> = []
        var resources: [ConfigResource] = []
        for name in names where taken.insert(name).inserted {
            if kind == .broker, !metadata.brokers.contains(where: { "\($0.id)" == name }) {
                let ids = metadata.brokers.map { "\($0.id)" }.joined(separator: ", ")
                onMissing(
                    CommandError(.notFound, "broker \(name) not found", hint: "brokers: \(ids)")
                )
            } else {
                resources.append(ConfigResource(kind, name))
            }
        }
        return resources
    }
}

extension ConfigResource {
    /// The resource in a sentence: `topic 'orders'`, `broker 1`.
    var phrase: String {
        switch kind {
        case .topic: "topic '\(name)'"
        case .broker: "broker \(name)"
        case .group: "group '\(name)'"
        case .clientMetrics: "client metrics '\(name)'"
        }
    }
}

extension CommandError {
    /// Makes the error of a call that needs `operation`, an operation of Kafka's ACLs, on a
    /// resource.
    init(
        _ error: KafkaError,
        _ operation: String,
        of thing: ConfigResource,
        on servers: String
    ) {
        switch error.kind {
        case .notFound where thing.kind == .topic:
            self.init(error, topic: thing.name, on: servers)
        case .unreachable:
            self.init(error, on: servers)
        case .unsupported where error.codeName.isEmpty:
            self.init(error, on: servers)
        case .refused:
            let topic = thing.kind == .topic ? thing.name : nil
            let on = thing.kind == .broker ? "the cluster" : thing.phrase
            self.init(error, "\(operation) on \(on)", topic: topic)
        default:
            self.init(error, thing.phrase, topic: thing.kind == .topic ? thing.name : nil)
        }
    }
}
