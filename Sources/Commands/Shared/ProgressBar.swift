// A bar of progress with the time left, where the end is known.

/// The bar.
enum ProgressBar {
    private static let width = 20

    /// Returns `[#####               ] 25 %, 12s left`.
    ///
    /// The time left takes the pace of all the time so far.
    static func text(_ done: Int, of total: Int, after elapsed: Duration) -> String {
        guard total > 0 else { return "" }
        let share = min(1, Double(max(done, 0)) / Double(total))
        let filled = Int(share * Double(width))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: " ", count: width - filled)
        let percent = "[\(bar)] \(Int(share * 100)) %"
        guard share > 0, share < 1 else { return percent }
        let left = elapsed / .seconds(1) * (1 - share) / share
        guard left < 1e9 else { return percent }
        return percent + ", \(DurationText.rough(.seconds(Int64(left.rounded(.up))))) left"
    }
}
