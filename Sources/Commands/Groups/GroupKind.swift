// Groups that are no consumer groups: what they are, and that nothing here is for them.

import CommandKit
import KafkaCore
import Probe

/// The kind of a group that is no consumer group.
enum GroupKind: Equatable {
    case share
    case streams
    /// Members of another protocol of the classic kind, such as Connect's workers.
    case other(String)
    /// A share or a streams group: brokers say which where no login is needed.
    case shareOrStreams

    /// Returns the kinds of those of `names` that brokers list as such.
    static func read(
        of names: [String],
        through connection: Connection
    ) throws(CommandError) -> [String: GroupKind] {
        var kinds: [String: GroupKind] = [:]
        do throws(KafkaError) {
            for name in names {
                guard let type = try connection.admin.protocolType(of: name), type != "consumer"
                else { continue }
                kinds[name] = type.isEmpty ? .shareOrStreams : .other(type)
            }
        } catch {
            // Without an answer the kinds are as unknown as before.
            guard !error.isMissingAnswer else { return kinds }
            throw CommandError(error, on: connection.servers)
        }
        guard kinds.values.contains(.shareOrStreams) else { return kinds }
        let walk = NetworkWalk(
            connection.settings,
            timeout: min(connection.timeout, .seconds(2)),
            clock: connection.clock
        )
        for broker in try connection.metadata().brokers {
            guard let endpoint = Endpoint(broker) else { continue }
            for (name, kind) in walk.groupKinds(of: endpoint) where kinds[name] == .shareOrStreams {
                kinds[name] = kind == "share" ? .share : kind == "streams" ? .streams : .other(kind)
            }
        }
        return kinds
    }
}

extension CommandError {
    /// A group that no command about groups is for.
    init(_ kind: GroupKind, of group: String) {
        let what: String
        let tool: String
        switch kind {
        case .share: (what, tool) = ("a share group", "kafka-share-groups.sh")
        case .streams: (what, tool) = ("a streams group", "kafka-streams-groups.sh")
        case .other(let name): (what, tool) = ("a group of type '\(name)'", "kafka-groups.sh")
        case .shareOrStreams:
            (what, tool) = ("a share or a streams group", "kafka-groups.sh --list")
        }
        self.init(
            .failure,
            "group '\(group)' is \(what): kctl supports consumer groups only",
            hint: "use \(tool)"
        )
    }
}
