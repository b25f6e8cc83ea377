// The changes of a resource's configuration, from what is set now, before anything is sent.
//
// 1. The plan is what is shown, what is sent, and what is waited for afterwards.
// 2. A change without effect is not sent.

import Arguments
import CommandKit
import KafkaCore
import Settings

/// The changes to one resource.
struct ConfigPlan {
    let resource: ConfigResource
    /// The changes, in the order asked for.
    let rows: [ConfigChangeRow]
    /// The requested changes that are already in effect.
    let idle: [String]
    /// The entries set on the resource itself when the plan was made.
    let before: [ResourceConfig]

    /// Works it out.
    ///
    /// `allowsUnknown`: whether a name that the broker does not list may be one all the same.
    /// - Throws: `CommandError` for a name that is none.
    init(
        _ changes: [ConfigChange],
        to resource: ConfigResource,
        from current: [ResourceConfig],
        allowsUnknown: Bool
    ) throws(CommandError) {
        self.resource = resource
        before = current.filter(\.isOverridden)
        var rows: [ConfigChangeRow] = []
        var idle: [String] = []
        for change in changes {
            let config = current.first { $0.entry.name == change.name }
            // Entries of one listener are not listed before they are set.
            let isOfListener =
                resource.kind == .broker && change.name.hasPrefix("listener.name.")
            if config == nil, !allowsUnknown, !isOfListener {
                throw Self.unknown(change.name, of: resource, among: current.map(\.entry.name))
            }
            let row = ConfigChangeRow(change, to: resource, from: config)
            if row.isIdle {
                idle.append(
                    change.operation == .delete
                        ? "'\(change.name)' is not set on \(resource.phrase)"
                        : "'\(change.name)' of \(resource.phrase) already has this value"
                )
            } else {
                rows.append(row)
            }
        }
        self.rows = rows
        self.idle = idle
    }

    /// The changes for a library that can make them one by one.
    var changes: [ConfigChange] { rows.map(\.change) }

    /// Returns all that is to be set afterwards, for a library that can only replace everything.
    ///
    /// - Throws: `CommandError` when a value would be lost that no broker reports.
    func replacement() throws(CommandError) -> [ConfigEntry] {
        let changed = Set(rows.map(\.change.name))
        var entries: [ConfigEntry] = []
        for config in before where !changed.contains(config.entry.name) {
            guard !config.isSensitive, config.entry.value != nil else {
                throw secretWouldBeLost(config.entry.name)
            }
            entries.append(config.entry)
        }
        for row in rows where row.change.operation != .delete {
            guard let value = row.new else { throw secretWouldBeLost(row.change.name) }
            entries.append(ConfigEntry(row.change.name, value))
        }
        return entries
    }

    /// Returns true when the configuration `now` has all changes of this plan.
    ///
    /// A broker knows first that an entry is not set any more, and takes the other value a moment
    /// later.
    func isVisible(in now: [ResourceConfig]) -> Bool {
        rows.allSatisfy { row in
            let config = now.first { $0.entry.name == row.change.name }
            if row.change.operation == .delete {
                guard let config else { return true }
                let isOld = config.entry.value == row.old && row.new != nil && row.new != row.old
                return !config.isOverridden && !(resource.kind == .broker && isOld)
            }
            guard let config, config.isOverridden else { return false }
            return config.isSensitive || config.entry.value == row.new || row.new == nil
        }
    }

    /// Returns the entries that this plan left alone and that another client changed meanwhile.
    func disturbed(in now: [ResourceConfig]) -> [String] {
        let changed = Set(rows.map(\.change.name))
        func others(_ configs: [ResourceConfig]) -> [String: String?] {
            var values: [String: String?] = [:]
            for config in configs where config.isOverridden && !changed.contains(config.entry.name)
            {
                values[config.entry.name] = config.entry.value
            }
            return values
        }
        let (old, new) = (others(before), others(now))
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }

    private func secretWouldBeLost(_ name: String) -> CommandError {
        CommandError(
            .failure,
            "\(resource.phrase): librdkafka \(Features.libraryVersion) replaces the whole"
                + " configuration, and the value of '\(name)' cannot be read: it would be lost",
            hint: "use librdkafka 2.2 or newer, or set the entry too with --set"
        )
    }

    private static func unknown(
        _ name: String,
        of resource: ConfigResource,
        among known: [String]
    ) -> CommandError {
        let near = NameSuggestion.nearest(to: name, among: known)
        return CommandError(
            .failure,
            "\(resource.phrase) has no configuration entry '\(name)'",
            hint: near.map { "did you mean '\($0)'?" }
                ?? "kctl configs describe \(resource.kind.rawValue) \(resource.name) --all",
            topic: resource.kind == .topic ? resource.name : nil
        )
    }
}
