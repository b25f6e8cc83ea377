// In which order `decode-aliecs` takes records, as options.

import Arguments

/// The order of `decode-aliecs`.
struct DecodeOrder: CommandOptions {
    var merges = false
    var lateness: Duration?
    var memory = Self.standardMemory

    /// The default limit of the bytes that wait for their turn.
    static let standardMemory = ByteCount(bytes: 256 << 20)

    /// The default limit of a record's lateness.
    static let standardLateness = Duration.seconds(5)

    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Order") : $0 }

    private static let rows: [Flag<DecodeOrder>] = [
        .toggle("merge", "Print records in the order of event times.", \.merges, negatable: false),
        .optional(
            "lateness",
            "Wait this long for late records.",
            \.lateness,
            defaultText: "5s"
        )
        .advanced(),
        .value(
            "merge-memory",
            "Buffer at most this much for --merge.",
            \.memory,
            default: standardMemory
        )
        .advanced(),
    ]
}
