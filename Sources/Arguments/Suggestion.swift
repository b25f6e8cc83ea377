// The nearest known name for a mistyped one.

/// Finds what a mistyped name was probably meant to be.
public enum Suggestion {
    /// Returns the candidate that `word` was probably meant to be, or nil when none is near.
    ///
    /// Letters of either case count as equal. Near is at most a third of the word's letters wrong,
    /// added, missing or swapped with a neighbour (at least one), or being the only candidate that
    /// begins with the word. The first of equally near candidates wins.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars)
        // A word longer than any name cannot be near one, and its table would be large.
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        let limit = max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        var completions: [String] = []
        for candidate in candidates {
            let known = Array(candidate.lowercased().unicodeScalars)
            if known.starts(with: wanted) { completions.append(candidate) }
            guard abs(known.count - wanted.count) <= limit else { continue }
            let distance = distance(from: wanted, to: known)
            // A name with no letter in common, such as 'x' for 'y', is near nothing.
            guard distance <= limit, distance < max(wanted.count, known.count) else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        if let best, best.distance == 0 { return best.name }
        if completions.count == 1 { return completions.first }
        return best?.name
    }

    /// Letters to replace, add, remove or swap with a neighbour to get from one word to the other.
    static func distance(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for (column, other) in right.enumerated() {
                let same = letter == other
                var cost = min(last[column] + (same ? 0 : 1), last[column + 1] + 1)
                cost = min(cost, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last.last ?? left.count
    }
}
