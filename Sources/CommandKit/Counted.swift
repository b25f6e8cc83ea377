// Counts with their nouns, for people.

/// Returns a count and its noun: `1 member`, `2 members`.
///
/// `number`: the count as it is shown, where that is not all of its digits.
package func counted(_ count: Int, _ noun: String, as number: String? = nil) -> String {
    "\(number ?? "\(count)") \(noun)" + (count == 1 ? "" : "s")
}
