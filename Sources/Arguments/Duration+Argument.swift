// Durations on the command line: one whole number and one unit, `500ms 10s 5m 2h 7d`.
//
// 1. A number without a unit is refused: Kafka's own tools read it as milliseconds, others as
//    seconds, and a wrong guess is off by a thousand.
// 2. The length is bounded, so that no later conversion to milliseconds or nanoseconds overflows.

extension Duration: ArgumentValue {
    private static let longestDays: Int64 = 36_500

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads `500ms`, `10s`, `5m`, `2h` or `7d`; at most 36500 days.
    public init(argument: String) throws(InvalidValue) {
        guard let (digits, name) = splitQuantity(argument),
            let unit = Self.units.first(where: { $0.name == name })
        else {
            throw InvalidValue("not a duration such as 500ms, 10s, 5m, 2h or 7d")
        }
        let limit = Self.longestDays * 86_400_000 / unit.milliseconds
        guard let count = Int64(digits), count <= limit else {
            throw InvalidValue("longer than \(Self.longestDays)d")
        }
        self = .milliseconds(count * unit.milliseconds)
    }

    /// `DURATION`.
    public static var placeholder: String { "DURATION" }

    /// The largest unit that shows the duration whole; parts of a millisecond are left out.
    public var argumentText: String {
        let (seconds, attoseconds) = components
        let thousandths = attoseconds / 1_000_000_000_000_000
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return "\(seconds)s" }
        let total = scaled &+ thousandths
        guard total != 0 else { return "0s" }
        for unit in Self.units where total.isMultiple(of: unit.milliseconds) {
            return "\(total / unit.milliseconds)\(unit.name)"
        }
        return "\(total)ms"
    }
}

/// Splits `10ms` into its leading ASCII digits and the rest; nil when there are no digits.
func splitQuantity(_ text: String) -> (digits: String, unit: String)? {
    let zero = UInt8(ascii: "0")
    let digits = text.utf8.prefix { $0 >= zero && $0 <= zero + 9 }
    guard !digits.isEmpty else { return nil }
    let rest = text.unicodeScalars.suffix(from: digits.endIndex)
    return (String(Substring(digits)), String(rest))
}
