// How far a JSON value reaches, found while its bytes are still arriving, each of them seen once.
//
// Only brackets and quotes are looked at: whether it is a value at all is for `JSONReader` to say.

/// The search for a value's end.
public struct JSONExtent {
    /// The number of bytes scanned.
    public private(set) var scanned = 0
    /// The place where the string began that is not closed yet.
    public private(set) var openString: Int?

    private var depth = 0
    private var isEscaped = false
    private var isScalar = false

    /// Begins at a value's first byte.
    public init() {}

    /// Looks at bytes from `scanned` on; `bytes` begins where the value does.
    ///
    /// - Returns: how many bytes the value has; for a number, or a word, how many it has at most.
    ///   Nil when its end has not been seen.
    public mutating func scan(_ bytes: RawSpan) -> Int? {
        while scanned < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: scanned, as: UInt8.self)
            scanned += 1
            if openString != nil {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    openString = nil
                    if depth == 0 { return scanned }
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where !isScalar:
                openString = scanned - 1
            case UInt8(ascii: "{") where !isScalar, UInt8(ascii: "[") where !isScalar:
                depth += 1
            case UInt8(ascii: "}") where depth > 0, UInt8(ascii: "]") where depth > 0:
                depth -= 1
                if depth == 0 { return scanned }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if depth == 0 { isScalar = true }
            default:
                if depth > 0 { continue }
                // What no value begins with is a piece of one byte: the reader will say so.
                if isScalar { scanned -= 1 }
                return scanned
            }
        }
        return nil
    }

    /// Forgets the bytes that were looked at: the next ones are counted from 0.
    public mutating func forget() {
        scanned = 0
        if openString != nil { openString = 0 }
    }
}
