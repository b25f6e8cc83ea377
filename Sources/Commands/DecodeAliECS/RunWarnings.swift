// What is odd about a stream of records, told on standard error.

import AliECS
import CommandKit

/// Tells warnings, of each kind only so many.
struct RunWarnings {
    private let context: Context
    private var counts: [String: Int] = [:]

    /// How many of a kind are told.
    private static let limit = 20

    init(_ context: Context) { self.context = context }

    /// Tells a warning.
    mutating func tell(_ warning: RunWarning) {
        let count = counts[warning.code, default: 0] + 1
        counts[warning.code] = count
        if count <= Self.limit { context.note("warning: \(warning.text)") }
    }

    /// Tells how many were left out.
    func finish() {
        for (code, count) in counts.sorted(by: { $0.key < $1.key }) where count > Self.limit {
            context.note("warning: \(count - Self.limit) more of the kind '\(code)'")
        }
    }
}
