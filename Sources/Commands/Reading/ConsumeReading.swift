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
            "Which records of transactions to read.",
            \.isolation,
            defaultText: "read_committed"
        ),
        .toggle("check-crcs", nil, "Refuse batches whose checksum is wrong.", \.checksCRCs),
        .optional(
            "rack",
            "Read from copies in this rack where there are.",
            \.rack,
            placeholder: "RACK"
        ),
        .optional(
            "summary",
            "Say on standard error what was read.",
            \.summary,
            defaultText: "text on a terminal, when reading ends by itself"
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
