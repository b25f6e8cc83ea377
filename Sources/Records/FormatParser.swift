// Reads the text of a format.

import Output

/// The reader of one format.
struct FormatParser {
    private let bytes: [UInt8]
    private var index = 0

    private typealias Content = FormatTemplate.Content
    private typealias NumberField = FormatTemplate.NumberField

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Returns all pieces of the format.
    mutating func pieces() throws(FormatError) -> [FormatTemplate.Piece] {
        let found = try pieces(insideOf: nil)
        if found.isEmpty { throw FormatError(1, "the format is empty") }
        return found
    }

    /// Pieces up to the end, or up to the brace that closes the headers begun at `headers`.
    private mutating func pieces(
        insideOf headers: Int?
    ) throws(FormatError) -> [FormatTemplate.Piece] {
        var found: [FormatTemplate.Piece] = []
        var literal: [UInt8] = []
        var literalStart = index
        var braces = 0
        func close() {
            guard !literal.isEmpty else { return }
            let column = column(of: literalStart)
            found.append(FormatTemplate.Piece(column: column, content: .literal(literal)))
            literal = []
        }
        while index < bytes.count {
            let start = index
            if literal.isEmpty { literalStart = start }
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\\"):
                literal.append(try escape(from: start))
            case UInt8(ascii: "%"):
                guard let letter = current else {
                    throw error(start, "a lone '%' at the end; a percent sign is written '%%'")
                }
                index += 1
                if letter == byte || letter == UInt8(ascii: "{") || letter == UInt8(ascii: "}") {
                    literal.append(letter)
                    continue
                }
                close()
                let content = try verb(letter, from: start, isInHeaders: headers != nil)
                let column = column(of: start)
                found.append(FormatTemplate.Piece(column: column, content: content))
            case UInt8(ascii: "{") where headers != nil:
                braces += 1
                literal.append(byte)
            case UInt8(ascii: "}") where headers != nil && braces == 0:
                close()
                return found
            case UInt8(ascii: "}") where headers != nil:
                braces -= 1
                literal.append(byte)
            default:
                literal.append(byte)
            }
        }
        close()
        if let headers { throw error(headers, "the brace behind %h is not closed") }
        return found
    }

    private mutating func escape(from start: Int) throws(FormatError) -> UInt8 {
        guard let letter = current else {
            throw error(start, "a lone '\\' at the end; a backslash is written '\\\\'")
        }
        index += 1
        switch letter {
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "0"): return 0x00
        case UInt8(ascii: "\\"): return letter
        case UInt8(ascii: "x"):
            guard let high = digit(at: index), let low = digit(at: index + 1) else {
                throw error(start, "'\\x' needs two hexadecimal digits")
            }
            index += 2
            return high << 4 | low
        default:
            throw error(
                start,
                "unknown escape '\\\(character(at: start + 1))';"
                    + " known are \\t \\n \\r \\0 \\\\ \\xHH"
            )
        }
    }

    private func digit(at index: Int) -> UInt8? {
        guard index < bytes.count else { return nil }
        return UInt8(String(decoding: bytes[index...index], as: UTF8.self), radix: 16)
    }

    // MARK: - Verbs

    private mutating func verb(
        _ letter: UInt8,
        from start: Int,
        isInHeaders: Bool
    ) throws(FormatError) -> Content {
        let content: Content
        let allowed = [UInt8](arrayLiteral: 0x6b, 0x4b, 0x76, 0x56)  // k K v V
        if isInHeaders, !allowed.contains(letter) {
            throw error(start, "only %k %K %v %V stand in %h{…}, not '\(written(start))'")
        }
        switch letter {
        case UInt8(ascii: "t"): content = .text(.topic, try textForm(of: start))
        case UInt8(ascii: "k"): content = .text(.key, try textForm(of: start))
        case UInt8(ascii: "v"): content = .text(.value, try textForm(of: start))
        case UInt8(ascii: "d"): content = try time(of: start)
        case UInt8(ascii: "a"): content = try attribute(of: start)
        case UInt8(ascii: "h"):
            guard current == UInt8(ascii: "{") else {
                throw error(start, "%h needs braces with what is done with each header")
            }
            index += 1
            let inner = try pieces(insideOf: start)
            if inner.isEmpty { throw error(start, "%h{} does nothing with the headers") }
            content = .headers(inner)
        default:
            guard let field = NumberField(rawValue: String(Unicode.Scalar(letter))) else {
                throw error(
                    start,
                    "unknown verb '\(written(start))'; a percent sign is written '%%'"
                )
            }
            content = .number(field, try numberForm(of: start) ?? .ascii)
        }
        return content
    }

    private mutating func textForm(of start: Int) throws(FormatError) -> FormatTemplate.TextForm {
        guard let name = try openForm(of: start) else { return .plain }
        switch name {
        case "hex": return try closed(.hex, of: start)
        case "base64": return try closed(.base64, of: start)
        case "base64raw": return try closed(.base64raw, of: start)
        case "json": return try closed(.json, of: start)
        case "re":
            let text = try enclosed(of: start)
            return try closed(.pattern(text.text), of: start)
        case "unpack":
            let place = index
            let text = try enclosed(of: start)
            let form = FormatTemplate.TextForm.unpacked(
                try unpacked(text.range, from: place)
            )
            return try closed(form, of: start)
        default:
            throw error(
                start,
                "unknown form '\(name)' of '\(written(start))';"
                    + " known are hex, base64, base64raw, json, re and unpack"
            )
        }
    }

    private func unpacked(
        _ range: Range<Int>,
        from start: Int
    ) throws(FormatError) -> [FormatTemplate.Unpacked] {
        var items: [FormatTemplate.Unpacked] = []
        var isBig = true
        for place in range {
            if items.last == .rest || items.last == .end {
                throw error(place, "nothing follows '\(character(at: place - 1))' in unpack")
            }
            func number(_ count: Int, _ isSigned: Bool) {
                items.append(.number(bytes: count, isSigned: isSigned, isBigEndian: isBig))
            }
            switch bytes[place] {
            case UInt8(ascii: "x"): continue
            case UInt8(ascii: " "): items.append(.space)
            case UInt8(ascii: "<"): isBig = false
            case UInt8(ascii: ">"): isBig = true
            case UInt8(ascii: "b"): number(1, true)
            case UInt8(ascii: "B"): number(1, false)
            case UInt8(ascii: "h"): number(2, true)
            case UInt8(ascii: "H"): number(2, false)
            case UInt8(ascii: "i"): number(4, true)
            case UInt8(ascii: "I"): number(4, false)
            case UInt8(ascii: "q"): number(8, true)
            case UInt8(ascii: "Q"): number(8, false)
            case UInt8(ascii: "c"), UInt8(ascii: "."): items.append(.character)
            case UInt8(ascii: "s"): items.append(.rest)
            case UInt8(ascii: "$"): items.append(.end)
            default:
                throw error(
                    place,
                    "unpack has no '\(character(at: place))'; it has < > b B h H i I q Q c . s $ x and a space"
                )
            }
        }
        return items
    }

    private mutating func time(of start: Int) throws(FormatError) -> Content {
        let before = index
        guard let name = try openForm(of: start) else { return .number(.timestamp, .ascii) }
        switch name {
        case "strftime":
            let layout = try enclosed(of: start).text
            return try closed(.time(.strftime(layout)), of: start)
        case "go":
            let layout = try enclosed(of: start).text
            return try closed(.time(.go(layout)), of: start)
        default:
            index = before
            return .number(.timestamp, try numberForm(of: start, also: Self.layouts) ?? .ascii)
        }
    }

    /// The forms that only times have.
    private static let layouts = "strftime[…], go[…], "

    private mutating func attribute(of start: Int) throws(FormatError) -> Content {
        let known = "compression, timestamp-type, transactional-bit and control-bit"
        guard let name = try openForm(of: start) else {
            throw error(start, "%a needs an attribute in braces; there are \(known)")
        }
        guard let field = NumberField(rawValue: "a{\(name)}") else {
            throw error(start, "unknown attribute '\(name)'; there are \(known)")
        }
        guard current == UInt8(ascii: ";") else {
            return try closed(.number(field, .ascii), of: start)
        }
        index += 1
        let form = try self.form(named: word(), of: start)
        return try closed(.number(field, form), of: start)
    }

    /// Reads the form in braces, if there are braces.
    ///
    /// `also`: forms that are known besides, for the message.
    private mutating func numberForm(
        of start: Int,
        also more: String = ""
    ) throws(FormatError) -> FormatTemplate.NumberForm? {
        guard let name = try openForm(of: start) else { return nil }
        return try closed(try form(named: name, of: start, also: more), of: start)
    }

    private func form(
        named name: String,
        of start: Int,
        also more: String = ""
    ) throws(FormatError) -> FormatTemplate.NumberForm {
        switch name {
        case "ascii", "number": return .ascii
        case "hex": return .hex
        case "hex64": return .hexDigits(16)
        case "hex32": return .hexDigits(8)
        case "hex16": return .hexDigits(4)
        case "hex8": return .hexDigits(2)
        case "hex4": return .hexDigits(1)
        case "big64": return .big(8)
        case "big32": return .big(4)
        case "big16": return .big(2)
        case "big8", "little8", "byte": return .big(1)
        case "little64": return .little(8)
        case "little32": return .little(4)
        case "little16": return .little(2)
        case "bool": return .bool
        default: break
        }
        if !name.isEmpty, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let size = Int(name), (1...999_999_999).contains(size) else {
                throw error(start, "'\(name)' is not a size from 1 to 999999999")
            }
            return .constant(size)
        }
        throw error(
            start,
            "unknown form '\(name)' of the number '\(written(start))'; known are \(more)ascii, bool,"
                + " byte, hex, hex4 to hex64, big8 to big64, little8 to little64, and a size"
        )
    }

    // MARK: - Braces

    /// Enters the braces behind a verb; the name in them, or nil when there are no braces.
    private mutating func openForm(of start: Int) throws(FormatError) -> String? {
        guard current == UInt8(ascii: "{") else { return nil }
        index += 1
        return word()
    }

    /// Letters, digits and hyphens.
    private mutating func word() -> String {
        let first = index
        while let byte = current, isWordByte(byte) { index += 1 }
        return String(decoding: bytes[first..<index], as: UTF8.self)
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Leaves the braces.
    private mutating func closed<T>(_ value: T, of start: Int) throws(FormatError) -> T {
        guard current == UInt8(ascii: "}") else {
            guard index < bytes.count else {
                throw error(start, "the brace behind '\(written(start))' is not closed")
            }
            throw error(index, "expected '}', found '\(character(at: index))'")
        }
        index += 1
        return value
    }

    /// Reads the text between signs such as `[ ]`, `( )`, `{ }` or `# #`, each of them once or
    /// more.
    private mutating func enclosed(
        of start: Int
    ) throws(FormatError) -> (text: String, range: Range<Int>) {
        let mark = current ?? 0
        guard mark > 0x20, mark < 0x7f, !isWordByte(mark), mark != UInt8(ascii: "}") else {
            throw error(index, "expected a sign such as '[' or '#' before the text")
        }
        var count = 0
        while current == mark {
            index += 1
            count += 1
        }
        let closing: UInt8 =
            switch mark {
            case UInt8(ascii: "["): UInt8(ascii: "]")
            case UInt8(ascii: "("): UInt8(ascii: ")")
            case UInt8(ascii: "{"): UInt8(ascii: "}")
            default: mark
            }
        let first = index
        var run = 0
        while let byte = current {
            index += 1
            run = byte == closing ? run + 1 : 0
            if run == count {
                let range = first..<index - count
                return (String(decoding: bytes[range], as: UTF8.self), range)
            }
        }
        let wanted = String(repeating: Character(Unicode.Scalar(closing)), count: count)
        throw error(start, "expected '\(wanted)' behind the text of '\(written(start))'")
    }

    // MARK: - Places

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Returns the verb that begins here, made fit for a message.
    private func written(_ start: Int) -> String { "%" + character(at: start + 1) }

    /// Returns the character whose first byte this is, made fit for a message.
    private func character(at index: Int) -> String {
        guard index < bytes.count else { return "" }
        let rest = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
        return TerminalText.escaped(String(rest.unicodeScalars.prefix(1)))
    }

    private func column(of index: Int) -> Int {
        bytes[..<min(index, bytes.count)].count { $0 & 0xC0 != 0x80 } + 1
    }

    private func error(_ index: Int, _ reason: String) -> FormatError {
        FormatError(column(of: index), reason)
    }
}
