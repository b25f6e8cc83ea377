// Configuration entries as `configs describe` prints them.

import JSON
import KafkaCore
import Output

/// An entry of a resource.
struct ConfigRow: Row {
    /// The resource; one without a name stands for all of its kind.
    let resource: ConfigResource
    let config: ResourceConfig

    static let columns = [
        Column("NAME"), Column("CONFIG"), Column("VALUE"), Column("SOURCE", need: .useful),
        Column("NOTES", need: .extra),
    ]

    var identity: String { config.entry.name }

    var cells: [String] {
        let notes = [
            config.isSensitive ? "sensitive" : nil, config.isReadOnly ? "read-only" : nil,
        ]
        return [
            resource.name.isEmpty ? "(all)" : resource.name, config.entry.name, config.shownValue,
            config.source.rawValue,
            notes.compactMap { $0 }.joined(separator: ","),
        ]
    }

    static let json = JSONShape(
        "configuration",
        "A configuration of a resource.",
        [
            JSONField(
                "resourceType",
                .string,
                "Type of the resource: topic, broker, group or client-metrics."
            ),
            JSONField(
                "resourceName",
                .string,
                "Name of the resource; null for the default of all brokers."
            ).orNull,
            JSONField("config", .string, "Name of the configuration."),
            JSONField("value", .string, "Value; null for a secret or where there is none.").orNull,
            JSONField("source", .string, "Source of the value."),
            JSONField("default", .boolean, "True when the value is the default."),
            JSONField("sensitive", .boolean, "True for a secret."),
            JSONField("readOnly", .boolean, "True when it cannot be changed."),
            JSONField(
                "synonyms",
                .list(
                    .object([
                        JSONField("config", .string, "Name of the configuration."),
                        JSONField("value", .string, "Value.").orNull,
                        JSONField("source", .string, "Source of the value."),
                    ])
                ),
                "Configurations that the value could come from, in order."
            ),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("resourceType")
        json.string(resource.kind.rawValue)
        json.key("resourceName")
        json.text(resource.name.isEmpty ? nil : resource.name)
        json.key("config")
        json.string(config.entry.name)
        json.key("value")
        json.text(config.isSensitive ? nil : config.entry.value)
        json.key("source")
        json.string(config.source.rawValue)
        json.key("default")
        json.bool(config.isDefault)
        json.key("sensitive")
        json.bool(config.isSensitive)
        json.key("readOnly")
        json.bool(config.isReadOnly)
        json.key("synonyms")
        json.beginArray()
        for synonym in config.synonyms {
            json.beginObject()
            json.key("config")
            json.string(synonym.entry.name)
            json.key("value")
            json.text(config.isSensitive ? nil : synonym.entry.value)
            json.key("source")
            json.string(synonym.source.rawValue)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

/// The same with a column for what would count in its place.
struct ConfigSynonymRow: Row {
    let row: ConfigRow

    static let columns = ConfigRow.columns + [Column("SYNONYMS", need: .extra)]

    var identity: String { row.identity }

    var cells: [String] {
        let synonyms = row.config.synonyms.map { synonym in
            let value = row.config.isSensitive ? "(set)" : synonym.entry.value ?? ""
            return "\(synonym.source.rawValue):\(synonym.entry.name)=\(value)"
        }
        return row.cells + [synonyms.joined(separator: ", ")]
    }

    static var json: JSONShape { ConfigRow.json }

    func write(to json: inout JSONWriter) { row.write(to: &json) }
}

extension ResourceConfig {
    /// The value for people; a secret shows only that it is there.
    var shownValue: String {
        if isSensitive { return isDefault ? "" : "(set)" }
        return entry.value ?? ""
    }
}

extension JSONWriter {
    /// Writes a string, or null.
    mutating func text(_ value: String?) {
        if let value { string(value) } else { null() }
    }
}
