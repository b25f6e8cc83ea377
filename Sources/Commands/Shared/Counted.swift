// Counts with their nouns, for people.

/// A count and its noun: `1 member`, `2 members`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)" + (count == 1 ? "" : "s")
}
