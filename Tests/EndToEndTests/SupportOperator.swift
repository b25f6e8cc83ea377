// An operator's desk: a folder for what kctl keeps, and the table that Kafka's own tool prints.

import JSON
import Testing

/// Runs kctl with a state folder of its own.
struct Operator {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Runs kctl on the broker, or on `servers`.
    func run(
        _ arguments: [String],
        input: InputStream = .bytes([]),
        on servers: String? = Kafka.servers,
        within limit: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        try Kctl.run(
            arguments,
            input: input,
            on: servers,
            environment: ["XDG_STATE_HOME": folder.path],
            within: limit,
            sourceLocation: sourceLocation
        )
    }

    /// What a group has committed by kctl's word, `topic:partition` to offset.
    func committed(_ group: String) throws -> [String: Int64] {
        let shown = try run(["groups", "describe", group, "--json"])
        var offsets: [String: Int64] = [:]
        for row in try shown.json() {
            guard let topic = row["topic"]?.string, let partition = row["partition"]?.int64,
                let offset = row["committedOffset"]?.int64
            else { continue }
            offsets["\(topic):\(partition)"] = offset
        }
        return offsets
    }
}

/// A row of `kafka-consumer-groups --describe`.
struct ApacheLag: Hashable {
    let group: String
    let topic: String
    let partition: Int64
    let committed: Int64?
    let end: Int64?
    let lag: Int64?

    /// The rows of the groups, from one call of the tool.
    static func rows(of groups: [String]) throws -> Set<ApacheLag> {
        let told = try Kafka.tool(
            "consumer-groups",
            ["--describe", "--timeout", "30000"] + groups.flatMap { ["--group", $0] }
        )
        var rows: Set<ApacheLag> = []
        for line in told.lines {
            let cells = line.split(separator: " ")
            guard cells.count >= 6, let partition = Int64(cells[2]) else { continue }
            rows.insert(
                ApacheLag(
                    group: String(cells[0]),
                    topic: String(cells[1]),
                    partition: partition,
                    committed: Int64(cells[3]),
                    end: Int64(cells[4]),
                    lag: Int64(cells[5])
                )
            )
        }
        return rows
    }
}
