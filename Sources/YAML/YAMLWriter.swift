// Texts as YAML: written so that every reader takes them for the same text.

extension YAML {
    /// Returns the text as a value or a key: plain where that is safe, quoted otherwise.
    ///
    /// Readers of YAML 1.1 are thought of: `no` and `1_0` are quoted, which the core schema would
    /// not need.
    public static func quoted(_ text: String) -> String {
        switch form(of: text) {
        case .plain: return text
        case .single:
            let doubled = text.split(separator: "'", omittingEmptySubsequences: false)
            return "'" + doubled.joined(separator: "''") + "'"
        case .double: return doubleQuoted(text)
        }
    }

    /// The form of a text that every reader takes for the same text.
    enum Form {
        case plain
        case single
        case double
    }

    static func form(of text: String) -> Form {
        if isPlain(text) { return .plain }
        let isPrintable = text.unicodeScalars.allSatisfy { scalar in
            (0x20...0x7E).contains(scalar.value)
                || scalar.value > 0xA0 && !YAMLText.endsLine(scalar) && scalar.value != 0xFEFF
                    && !(0xFFFE...0xFFFF).contains(scalar.value)
        }
        return isPrintable ? .single : .double
    }

    private static func doubleQuoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\"", "\\": result += "\\\(scalar)"
            default:
                if (0x20...0x7E).contains(scalar.value) {
                    result.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    let zeros = String(repeating: "0", count: 8 - digits.utf8.count)
                    result += "\\U" + zeros + digits
                }
            }
        }
        return result + "\""
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || isDigit(first) || first == 0x2F,
            text.utf8.last != UInt8(ascii: ":"), YAMLValue(plain: text) == .string,
            !["y", "n", "yes", "no", "on", "off"].contains(text.lowercased())
        else { return text.utf8.allSatisfy(isDigit) && YAMLValue(plain: text) == number(text) }
        // Dates, times and numbers of YAML 1.1 begin with a digit and hold no letter.
        guard !isDigit(first) || text.utf8.contains(where: isLetter) else { return false }
        return text.utf8.allSatisfy { byte in
            isLetter(byte) || isDigit(byte) || "._-/:,+@".utf8.contains(byte)
        }
    }

    /// Returns a whole number without a leading zero, which all readers take for the same.
    private static func number(_ text: String) -> YAMLValue? {
        guard let number = Int64(text), "\(number)" == text else { return nil }
        return .int(number)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension YAMLText {
    /// Returns the offset of a place in the bytes of a text, for an edit; their number when it is
    /// behind.
    public static func offset(of place: YAMLPlace, in bytes: [UInt8]) -> Int {
        var line = 1
        var column = 1
        var offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var previous: Unicode.Scalar?
        for scalar in String(decoding: bytes.dropFirst(offset), as: UTF8.self).unicodeScalars {
            let isSecondHalf = scalar == "\n" && previous == "\r"
            if !isSecondHalf, (line, column) >= (place.line, place.column) { return offset }
            offset += UTF8.width(scalar)
            if isSecondHalf {
                // Its line was counted at the first half.
            } else if endsLine(scalar) {
                (line, column) = (line + 1, 1)
            } else {
                column += 1
            }
            previous = scalar
        }
        return offset
    }
}
