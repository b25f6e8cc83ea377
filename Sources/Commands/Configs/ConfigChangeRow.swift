// One entry before and after, as `configs alter` prints it.

import JSON
import KafkaCore
import Output

/// The change of one entry.
struct ConfigChangeRow: Row {
    let resource: ConfigResource
    let change: ConfigChange
    /// True when the broker has accepted the change.
    var isDone = false
    /// True when values must not be shown.
    private(set) var isSensitive: Bool
    let old: String?
    let oldSource: ConfigSource?
    /// The value afterwards; nil when it is not known, or nothing counts then.
    private(set) var new: String?
    private(set) var newSource: ConfigSource?

    /// Works out what `change` makes of an entry; nil when the broker lists none of that name.
    init(_ change: ConfigChange, to resource: ConfigResource, from config: ResourceConfig?) {
        self.resource = resource
        self.change = change
        let own = resource.kind.ownSource
        // A broker takes an entry for a secret that it does not know.
        isSensitive = config?.isSensitive ?? (resource.kind == .broker)
        old = config?.entry.value
        oldSource = config?.source
        let items = ConfigList(old ?? "")
        switch change.operation {
        case .set:
            (new, newSource) = (change.value, own)
        case .delete:
            let next = config?.synonyms.first { $0.source != own }
            (new, newSource) = (next?.value(as: change.name), next?.source)
        case .append where !isSensitive:
            (new, newSource) = (items.adding(ConfigList(change.value ?? "")).text, own)
        case .subtract where !isSensitive:
            (new, newSource) = (items.removing(ConfigList(change.value ?? "")).text, own)
        case .append, .subtract:
            (new, newSource) = (nil, own)
        }
    }

    /// Returns the row with what is known `now`.
    ///
    /// That is `isSensitive`, and in place of a deleted value the one that counts now: before,
    /// brokers do not report all values that may come next.
    func settled(by now: [ResourceConfig]) -> ConfigChangeRow {
        let config = now.first { $0.entry.name == change.name }
        var row = self
        row.isSensitive = config?.isSensitive ?? isSensitive
        guard change.operation == .delete else { return row }
        (row.new, row.newSource) = (config?.entry.value, config?.source)
        return row
    }

    /// True when nothing changes: the set value is the old one, or the deleted entry was not set.
    var isIdle: Bool {
        let isOwn = oldSource == resource.kind.ownSource
        switch change.operation {
        case .delete: return !isOwn
        case .set: return isOwn && !isSensitive && old == new
        // Kafka sets a list on the resource even where it was inherited; what is no change of the
        // list is none that was asked for.
        case .append, .subtract: return !isSensitive && ConfigList(old ?? "").text == new
        }
    }

    static let columns = [Column("NAME"), Column("CONFIG"), Column("OLD"), Column("NEW")]

    var cells: [String] {
        [resource.name, change.name, text(old, oldSource), text(new, newSource)]
    }

    static let json = JSONShape(
        "configuration change",
        "A change of a configuration.",
        [
            JSONField(
                "resourceType",
                .string,
                "Type of the resource: topic, broker, group or client-metrics."
            ),
            JSONField("resourceName", .string, "Name of the resource."),
            JSONField("config", .string, "Name of the configuration."),
            JSONField("operation", .string, "Operation: set, delete, append or subtract."),
            JSONField(
                "oldValue",
                .string,
                "Value before; null for a secret or where there was none."
            ).orNull,
            JSONField("oldSource", .string, "Source of the value before.").orNull,
            JSONField("newValue", .string, "Value after; null for a secret or where there is none.")
                .orNull,
            JSONField("newSource", .string, "Source of the value after.").orNull,
            JSONField("done", .boolean, "True when it was done, false with --dry-run."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("resourceType")
        json.string(resource.kind.rawValue)
        json.key("resourceName")
        json.string(resource.name)
        json.key("config")
        json.string(change.name)
        json.key("operation")
        json.string(Self.word(change.operation))
        json.key("oldValue")
        json.text(isSensitive ? nil : old)
        json.key("oldSource")
        json.text(oldSource?.rawValue)
        json.key("newValue")
        json.text(isSensitive ? nil : new)
        json.key("newSource")
        json.text(newSource?.rawValue)
        json.key("done")
        json.bool(isDone)
        json.endObject()
    }

    private func text(_ value: String?, _ source: ConfigSource?) -> String {
        guard let source else { return value ?? (change.operation == .delete ? "(inherited)" : "") }
        let isOwn = source == resource.kind.ownSource
        let shown = isSensitive ? (source == .standard ? "" : "(set)") : value ?? ""
        if isOwn { return shown }
        return shown.isEmpty ? "(\(source.rawValue))" : "\(shown) (\(source.rawValue))"
    }

    private static func word(_ operation: ConfigChange.Operation) -> String {
        switch operation {
        case .set: "set"
        case .delete: "delete"
        case .append: "append"
        case .subtract: "subtract"
        }
    }
}

/// A value that is a list, as Kafka reads it: parts between commas, blanks around them of no account.
struct ConfigList: Equatable {
    private var items: [String]

    init(_ text: String) {
        items = text.split(separator: ",").map { part in
            var part = part
            while part.first?.isWhitespace == true { part.removeFirst() }
            while part.last?.isWhitespace == true { part.removeLast() }
            return String(part)
        }
        .filter { !$0.isEmpty }
    }

    /// The list as a value.
    var text: String { items.joined(separator: ",") }

    /// With what is in `other` and not here at the end.
    func adding(_ other: ConfigList) -> ConfigList {
        var list = self
        for item in other.items where !list.items.contains(item) { list.items.append(item) }
        return list
    }

    /// Without what is in `other`.
    func removing(_ other: ConfigList) -> ConfigList {
        var list = self
        list.items.removeAll { other.items.contains($0) }
        return list
    }
}

extension ConfigSynonym {
    /// Returns the value as an entry called `name` would have it: brokers have synonyms in other
    /// units.
    func value(as name: String) -> String? {
        guard name.hasSuffix(".ms"), let number = entry.value.flatMap({ Int64($0) }), number > 0
        else { return entry.value }
        let unit: Int64 =
            entry.name.hasSuffix(".hours")
            ? 3_600_000 : entry.name.hasSuffix(".minutes") ? 60_000 : 1
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: unit)
        return isTooLarge ? nil : "\(product)"
    }
}
