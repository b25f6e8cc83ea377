// Numbers for people: three digits and a unit, for progress and summaries.
// What a program may read is printed whole.

/// Numbers cut to three digits: `1.23 M`, `12.3 MB`, `457 k/s`.
public enum ShortNumber {
    private static let prefixes = ["", "k", "M", "G", "T", "P", "E"]

    /// Returns a count in decimal units: `999`, `1.23 M`.
    public static func count(_ count: Int) -> String {
        let (digits, prefix) = shortened(count)
        return prefix.isEmpty ? digits : "\(digits) \(prefix)"
    }

    /// Returns a number of bytes in decimal units: `999 B`, `12.3 MB`.
    public static func bytes(_ bytes: Int) -> String {
        let (digits, prefix) = shortened(bytes)
        return "\(digits) \(prefix)B"
    }

    /// Returns a count per second: `1.23 M/s`; `0/s` when no time has passed.
    public static func rate(_ count: Int, over elapsed: Duration) -> String {
        self.count(perSecond(count, over: elapsed)) + "/s"
    }

    /// Returns a number of bytes per second: `12.3 MB/s`; `0 B/s` when no time has passed.
    public static func byteRate(_ bytes: Int, over elapsed: Duration) -> String {
        self.bytes(perSecond(bytes, over: elapsed)) + "/s"
    }

    /// Returns three digits, rounded half up, and the prefix of their unit; below 1000 all digits
    /// and none.
    private static func shortened(_ number: Int) -> (digits: String, prefix: String) {
        let sign = number < 0 ? "-" : ""
        var index = 0
        var unit: UInt = 1
        while number.magnitude / unit >= 1_000 {
            unit *= 1_000
            index += 1
        }
        guard index > 0 else { return (String(number), "") }
        var decimals = 2
        var step = unit / 100
        var digits = rounded(number.magnitude, to: step)
        // One decimal less for each digit too many, which may come from rounding up.
        while digits >= 1_000, decimals > 0 {
            decimals -= 1
            step *= 10
            digits = rounded(number.magnitude, to: step)
        }
        if digits >= 1_000 {
            (digits, decimals, index) = (100, 2, index + 1)
        }
        var text = String(digits)
        if decimals > 0 {
            text.insert(".", at: text.index(text.endIndex, offsetBy: -decimals))
        }
        return (sign + text, prefixes[index])
    }

    /// Returns how many times `step` is in `number`, rounded half up; both far from the end of 64
    /// bits.
    private static func rounded(_ number: UInt, to step: UInt) -> UInt {
        (number + step / 2) / step
    }

    private static func perSecond(_ count: Int, over elapsed: Duration) -> Int {
        let seconds = elapsed / .seconds(1)
        guard seconds > 0 else { return 0 }
        return Int(exactly: (Double(count) / seconds).rounded()) ?? (count < 0 ? .min : .max)
    }
}
