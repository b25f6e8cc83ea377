// Reads Java's properties syntax, whole: what `--command-config` files are written in.
//
// 1. Nothing is dropped: every entry of the text is in `entries`, duplicates too, in order.
// 2. A value keeps the blanks at its end, as Java's reader does; who wants them off trims.
// 3. Lines end at LF, CR or CRLF; a line's number is that of its first physical line.

/// The entries of a `.properties` file.
public struct PropertiesFile: Sendable {
    /// One `name=value` of the file.
    public struct Entry: Hashable, Sendable {
        /// The name, unescaped; empty for a line that starts with `=` or `:`.
        public var name: String
        /// The value, unescaped; empty when there is none.
        public var value: String
        /// The line the entry starts in, from 1.
        public var line: Int
    }

    /// All entries in the order of the file.
    public let entries: [Entry]

    /// Reads a whole file.
    ///
    /// Bytes that are valid UTF-8 are read as such, all others as ISO-8859-1, Java's own reading.
    /// - Parameters:
    ///   - bytes: the file's contents.
    ///   - path: the file's name, for messages.
    /// - Throws: with line and column, when a `\u` escape is broken or makes half a character.
    public init(parsing bytes: [UInt8], path: String) throws(SettingsError) {
        var parser = PropertiesParser(text: PropertiesFile.scalars(of: bytes), path: path)
        entries = try parser.parse()
    }

    private static func scalars(of bytes: [UInt8]) -> [Unicode.Scalar] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.map { Unicode.Scalar($0) }
        }
        let scalars = Array(text.unicodeScalars)
        // Editors on Windows put a byte order mark first; it would become part of a name.
        return scalars.first == "\u{FEFF}" ? Array(scalars.dropFirst()) : scalars
    }
}

/// Walks the text once, character by character.
private struct PropertiesParser {
    /// A character of a logical line: continuations are gone, escapes resolved.
    private enum Element {
        case plain(Unicode.Scalar)
        case escaped(UInt16)
        case end
    }

    let text: [Unicode.Scalar]
    let path: String
    private var index = 0
    private var line = 1
    private var lineStart = 0
    /// The place where the last `\u` escape that is half of a pair began: the place to name if it
    /// stays so.
    private var surrogate: SettingsError?

    init(text: [Unicode.Scalar], path: String) {
        self.text = text
        self.path = path
    }

    mutating func parse() throws(SettingsError) -> [PropertiesFile.Entry] {
        var entries: [PropertiesFile.Entry] = []
        while true {
            skipBlanks()
            guard let first = current else { return entries }
            if endsLine(first) {
                skipLineEnd()
            } else if first == "#" || first == "!" {
                while let next = current, !endsLine(next) { index += 1 }
            } else {
                entries.append(try entry())
            }
        }
    }

    private var current: Unicode.Scalar? {
        text.indices.contains(index) ? text[index] : nil
    }

    private mutating func entry() throws(SettingsError) -> PropertiesFile.Entry {
        let startLine = line
        surrogate = nil
        var name: [UInt16] = []
        var value: [UInt16] = []
        var element = try next()
        scan: while true {
            switch element {
            case .end: break scan
            case .escaped(let unit): name.append(unit)
            case .plain(let scalar):
                if isBlank(scalar) || scalar == "=" || scalar == ":" { break scan }
                name.append(contentsOf: String(scalar).utf16)
            }
            element = try next()
        }
        // One separator may stand among the blanks; a second one belongs to the value.
        var separated = false
        skip: while case .plain(let scalar) = element {
            if isBlank(scalar) {
                element = try next()
            } else if !separated, scalar == "=" || scalar == ":" {
                separated = true
                element = try next()
            } else {
                break skip
            }
        }
        scan: while true {
            switch element {
            case .end: break scan
            case .escaped(let unit): value.append(unit)
            case .plain(let scalar): value.append(contentsOf: String(scalar).utf16)
            }
            element = try next()
        }
        return PropertiesFile.Entry(
            name: try string(name),
            value: try string(value),
            line: startLine
        )
    }

    private mutating func next() throws(SettingsError) -> Element {
        while true {
            guard let scalar = current else { return .end }
            if endsLine(scalar) {
                skipLineEnd()
                return .end
            }
            index += 1
            guard scalar == "\\" else { return .plain(scalar) }
            guard let escape = current else { return .end }
            if endsLine(escape) {
                skipLineEnd()
                skipBlanks()
                continue
            }
            index += 1
            switch escape {
            case "t": return .escaped(9)
            case "n": return .escaped(10)
            case "f": return .escaped(12)
            case "r": return .escaped(13)
            case "u": return .escaped(try codeUnit())
            default: return escape.value > 0xFFFF ? .plain(escape) : .escaped(UInt16(escape.value))
            }
        }
    }

    private mutating func codeUnit() throws(SettingsError) -> UInt16 {
        let start = index - 2
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap({ Character($0).hexDigitValue }),
                current?.isASCII == true
            else {
                throw error("'\\u' requires four hexadecimal digits", at: start)
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        if unit & 0xF800 == 0xD800 {
            surrogate = error("'\\u' escape is half of a surrogate pair", at: start)
        }
        return unit
    }

    private func string(_ units: [UInt16]) throws(SettingsError) -> String {
        if let text = String(validating: units, as: UTF16.self) { return text }
        throw surrogate ?? error("text is not valid Unicode", at: index)
    }

    private func error(_ reason: String, at position: Int) -> SettingsError {
        SettingsError(
            reason,
            origin: .file(path: path, line: line),
            column: position - lineStart + 1,
            hint: #"write a backslash that is part of the text as '\\'"#
        )
    }

    private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\u{0C}"
    }

    private func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r"
    }

    private mutating func skipBlanks() {
        while let scalar = current, isBlank(scalar) { index += 1 }
    }

    private mutating func skipLineEnd() {
        let first = current
        index += 1
        if first == "\r", current == "\n" { index += 1 }
        line += 1
        lineStart = index
    }
}
