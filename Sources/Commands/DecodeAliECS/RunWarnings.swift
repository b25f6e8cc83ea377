// The warnings about a stream of records, on standard error.

import AliECS
import CommandKit

/// Reports warnings, of each kind only so many.
struct RunWarnings {
    private let context: Context
    private var counts: [String: Int] = [:]

    /// The largest number of warnings of a kind that are reported.
    private static let limit = 20

    init(_ context: Context) { self.context = context }

    /// Reports a warning.
    mutating func report(_ warning: RunWarning) {
        let count = counts[warning.code, default: 0] + 1
        counts[warning.code] = count
        if count <= Self.limit { context.note("warning: \(warning.text)") }
    }

    /// Reports the number of warnings that were left out.
    func finish() {
        for (code, count) in counts.sorted(by: { $0.key < $1.key }) where count > Self.limit {
            context.note("warning: \(count - Self.limit) more of '\(code)'")
        }
    }
}
