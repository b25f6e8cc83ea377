// The arrivals from the library between two steps of a reader.

/// The arrivals since the last step.
struct Arrivals {
    /// True when messages may wait that the library does not report again.
    var mayHaveMore = true
    private var any = false

    /// Enters what a call brought.
    mutating func take(_ count: Int) {
        mayHaveMore = count > 0
        if count > 0 { any = true }
    }

    /// Takes whether anything arrived.
    mutating func takeAny() -> Bool {
        defer { any = false }
        return any
    }
}
