// The count of failures of a command with several items.
// Each failure is reported at once, the rest is still tried, the first failure decides the status,
// and the last line counts.

/// The failures of a command that processes several items.
package struct FailureCount {
    /// The items' name in the plural: `topics`.
    package let noun: String
    /// The number of items.
    package var total: Int

    private var failed = 0
    private var first: ExitStatus?

    /// True when any has failed so far.
    package var hasFailed: Bool { first != nil }

    package init(_ noun: String, total: Int) {
        self.noun = noun
        self.total = total
    }

    /// Reports that one item failed.
    package mutating func fail(_ error: CommandError, in context: Context) {
        context.report(error)
        failed += 1
        if first == nil { first = error.status }
    }

    /// Throws when an item failed, after counting the failures if there was more than one item.
    package func finish(in context: Context) throws(CommandError) {
        guard let first else { return }
        if total > 1 { context.note("\(failed) of \(total) \(noun) failed") }
        throw .reported(first)
    }
}
