// A cluster as `cluster describe` shows it.

import CommandKit
import JSON
import KafkaCore
import Output

/// A broker and what is known of it.
struct BrokerReport {
    let broker: Broker
    let rack: String?
    /// The release that it is at least.
    let release: String?
}

/// A cluster and its brokers.
struct ClusterReport: Report {
    let id: String?
    /// The controller; nil when the cluster does not report it.
    let controller: Int32?
    let brokers: [BrokerReport]
    /// True when a broker without a rack is known to have none.
    let knowsRacks: Bool
    /// The operations that this client may use on the whole cluster; nil when not reported.
    let operations: [String]?

    static let json = JSONShape(
        "cluster",
        "A cluster and its brokers.",
        [
            JSONField("clusterId", .string, "Id of the cluster.").orNull,
            JSONField("controller", .integer, "Id of the broker that answers as the controller.")
                .orNull,
            JSONField(
                "brokers",
                .list(
                    .object([
                        JSONField("broker", .integer, "Id of the broker."),
                        JSONField("host", .string, "Host of the broker."),
                        JSONField("port", .integer, "Port of the broker."),
                        JSONField("rack", .string, "Rack of the broker.").orNull,
                        JSONField(
                            "atLeast",
                            .string,
                            "Oldest Kafka release that the broker may be."
                        ).orNull,
                    ])
                ),
                "Brokers."
            ),
            JSONField(
                "allowedOperations",
                .list(.string),
                "Operations on the cluster that the user may do; null when they were not asked for."
            ).orNull,
        ]
    )

    var identity: String { id ?? "" }

    func text(on page: Page) -> String {
        var text = "cluster \(page.escape(id ?? "without an id"))"
        text += ", controller \(controller.map { "\($0)" } ?? "unknown")"
        text += ", \(counted(brokers.count, "broker"))\n"
        if let operations {
            text +=
                "  allowed: \(operations.isEmpty ? "nothing" : operations.joined(separator: ", "))\n"
        }
        var columns = [Column("BROKER", .right), Column("HOST"), Column("PORT", .right)]
        if knowsRacks { columns.append(Column("RACK", need: .useful)) }
        columns.append(Column("KAFKA", need: .extra))
        let rows = brokers.map { item in
            ["\(item.broker.id)", page.escape(item.broker.host), "\(item.broker.port)"]
                + (knowsRacks ? [page.escape(item.rack ?? "")] : [])
                + [item.release.map { "\($0) or newer" } ?? ""]
        }
        return text + page.table(columns: columns, rows: rows, indent: "  ")
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("clusterId")
        json.optional(id)
        json.key("controller")
        json.optional(controller)
        json.key("brokers")
        json.beginArray()
        for item in brokers { Self.write(item, to: &json) }
        json.endArray()
        json.key("allowedOperations")
        if let operations {
            json.beginArray()
            for operation in operations { json.string(operation) }
            json.endArray()
        } else {
            json.null()
        }
        json.endObject()
    }

    private static func write(_ item: BrokerReport, to json: inout JSONWriter) {
        json.beginObject()
        json.key("broker")
        json.number(item.broker.id)
        json.key("host")
        json.string(item.broker.host)
        json.key("port")
        json.number(item.broker.port)
        json.key("rack")
        json.optional(item.rack)
        json.key("atLeast")
        json.optional(item.release)
        json.endObject()
    }
}
