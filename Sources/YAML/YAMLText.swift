// A text before it is parsed: checked to be one, and cut into the lines that libyaml counts.

/// The lines of a YAML text, for messages and for edits.
public struct YAMLText: Sendable {
    /// The lines without their ends; a text without any has one, empty.
    public let lines: [String]

    /// Cuts a text into lines.
    ///
    /// A line ends at LF, CR, CRLF, or one of Unicode's three line ends, as it does for libyaml. A
    /// byte order mark is no part of the first line. Bytes that are no UTF-8 are replaced.
    public init(_ bytes: [UInt8]) {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        var scalars = Substring(String(decoding: bytes, as: UTF8.self)).unicodeScalars
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        for scalar in scalars {
            if scalar == "\n", previous == "\r" {
                // The end of the line was the character before.
            } else if Self.endsLine(scalar) {
                lines.append(String(line))
                line = String.UnicodeScalarView()
            } else {
                line.append(scalar)
            }
            previous = scalar
        }
        lines.append(String(line))
        self.lines = lines
    }

    /// The line with the number `number`, from 1; empty when there is none.
    public subscript(number: Int) -> String {
        lines.indices.contains(number - 1) ? lines[number - 1] : ""
    }

    static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Returns the place of the byte at `offset`.
    static func place(of offset: Int, in bytes: [UInt8]) -> YAMLPlace {
        let text = YAMLText(Array(bytes.prefix(offset)))
        let column = (text.lines.last ?? "").unicodeScalars.count + 1
        return YAMLPlace(line: text.lines.count, column: column)
    }

    /// Throws for bytes that are no text: broken UTF-8, and characters that YAML excludes.
    ///
    /// libyaml would find them too, but could not say in which line.
    static func check(_ bytes: [UInt8]) throws(YAMLError) {
        var offset = 0
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        while true {
            switch decoder.decode(&rest) {
            case .emptyInput: return
            case .error:
                throw YAMLError("the text is not UTF-8", at: place(of: offset, in: bytes))
            case .scalarValue(let scalar):
                guard isAllowed(scalar) else {
                    let number = String(scalar.value, radix: 16, uppercase: true)
                    throw YAMLError(
                        "the control character 0x\(number) is not allowed",
                        at: place(of: offset, in: bytes)
                    )
                }
                offset += UTF8.width(scalar)
            }
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD: true
        default: scalar.value >= 0x10000
        }
    }
}
