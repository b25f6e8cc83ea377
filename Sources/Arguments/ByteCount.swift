// Sizes on the command line: `64KiB`, `1MB`, or plain bytes.
//
// A bare `K` or `M` is refused: to some tools it means 1000 and to others 1024.

/// A number of bytes, read from `64KiB`, `1MB` or `4096`.
public struct ByteCount: ArgumentValue, Hashable, Comparable {
    /// The size in bytes; never negative when read from the command line.
    public var bytes: Int

    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000),
        ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("kB", 1_000), ("B", 1),
    ]

    /// A size of `bytes` bytes.
    public init(bytes: Int) {
        self.bytes = bytes
    }

    /// Reads a whole number with an optional unit, whose letters may be of either case.
    public init(argument: String) throws(InvalidValue) {
        let wanted = "not a size such as 4096, 64KiB or 1MB"
        guard let (digits, name) = splitQuantity(argument) else { throw InvalidValue(wanted) }
        let unit = Self.units.first { $0.name.lowercased() == name.lowercased() }
        guard let size = name.isEmpty ? 1 : unit?.bytes else { throw InvalidValue(wanted) }
        guard let count = Int(digits), case let (total, false) = overflowing(count, size) else {
            throw InvalidValue("larger than \(Int.max) bytes")
        }
        bytes = total

        func overflowing(_ count: Int, _ size: Int) -> (Int, Bool) {
            let product = count.multipliedReportingOverflow(by: size)
            return (product.partialValue, product.overflow)
        }
    }

    /// `SIZE`.
    public static var placeholder: String { "SIZE" }

    /// The largest unit that shows the size whole, else plain bytes.
    public var argumentText: String {
        for unit in Self.units where bytes != 0 && bytes.isMultiple(of: unit.bytes) {
            return unit.bytes == 1 ? "\(bytes)" : "\(bytes / unit.bytes)\(unit.name)"
        }
        return "\(bytes)"
    }

    /// Orders by size.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
