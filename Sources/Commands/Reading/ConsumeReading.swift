// The way in which `consume` reads, as options.

import Arguments
import KafkaCore
import Settings

/// The records of transactions that are read.
enum Isolation: String, ArgumentChoice {
    case readCommitted = "read_committed"
    case readUncommitted = "read_uncommitted"
}

/// The options of `consume` for reading.
struct ConsumeReading: CommandOptions {
    var isolation: Isolation?
    var checksCRCs = true
    var rack: String?
    var summary: SummaryFormat?

    static let flags = rows.map { $0.grouped("Reading").advanced() }

    private static let rows: [Flag<ConsumeReading>] = [
        .optional(
            "isolation-level",
            "Read committed records only, or all records.",
            \.isolation,
            defaultText: "read_committed"
        ),
        .toggle("check-crcs", nil, "Verify the checksum of each batch.", \.checksCRCs),
        .optional(
            "rack",
            "Fetch from replicas in this rack where possible (client.rack).",
            \.rack,
            placeholder: "RACK"
        ),
        .optional(
            "summary",
            "Print a summary of the read on standard error.",
            \.summary,
            defaultText: "line on a terminal for a read with an end, otherwise none"
        ),
    ]

    /// Returns the options that are properties of the client.
    func settings() -> [Setting] {
        var settings: [Setting] = []
        func set(_ name: String, _ value: String?, _ flag: String) {
            if let value { settings.append(Setting(name, value, origin: .flag(flag))) }
        }
        set("isolation.level", isolation?.rawValue, "--isolation-level")
        set("check.crcs", checksCRCs ? nil : "false", "--no-check-crcs")
        set("client.rack", rack, "--rack")
        return settings
    }
}
