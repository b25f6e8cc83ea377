// Finds the name that a misspelt one was meant to be.

/// Finds the nearest of a set of names.
public enum NameSuggestion {
    /// Returns the name among `candidates` that is nearest to `name`, or nil when none is near.
    ///
    /// Case does not count, and `_` and `-` stand for a dot. Two swapped letters count as one
    /// mistake. Of equally near names the alphabetically first is taken, whatever the order given.
    public static func nearest(to name: String, among candidates: some Sequence<String>) -> String?
    {
        let wanted = normalised(name)
        // Distance costs the product of the lengths: what is this long was never a typing mistake.
        guard !wanted.isEmpty, wanted.count <= 128 else { return nil }
        let limit = wanted.count <= 3 ? 1 : max(2, wanted.count / 4)
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let other = normalised(candidate)
            guard abs(other.count - wanted.count) <= limit else { continue }
            let found = (distance: distance(wanted, other), name: candidate)
            guard found.distance <= limit else { continue }
            if let known = best, known <= found { continue }
            best = found
        }
        return best?.name
    }

    private static func normalised(_ name: String) -> [UInt8] {
        name.lowercased().utf8.map { byte in
            byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") ? UInt8(ascii: ".") : byte
        }
    }

    /// Edits that turn one into the other: insertion, deletion, replacement, swap of neighbours.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in left.indices {
            current[0] = row + 1
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var least = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    least = min(least, beforePrevious[column - 1] + 1)
                }
                current[column + 1] = least
            }
            swap(&beforePrevious, &previous)
            swap(&previous, &current)
        }
        return previous[right.count]
    }
}
