// A format made ready for reading: a list of steps that a reader goes through for each record.
//
// 1. Every field has an end: its size, the text behind it, the value's own form, or the input's end.
// 2. Every number has an end: its width, or text behind it that it cannot be taken for.
// 3. Every step but a regular expression takes at least a byte.

package import JSON
import Output

/// A format that records can be read by.
package struct InputTemplate {
    /// A field that a reader puts away, and may have to know the size of.
    package enum Slot: Int, CaseIterable {
        case topic
        case key
        case value
        case headerName
        case headerValue

        package var verb: String {
            switch self {
            case .topic: "%t"
            case .key, .headerName: "%k"
            case .value, .headerValue: "%v"
            }
        }
    }

    /// The subject of a number.
    package enum Target: Equatable {
        case size(Slot)
        case headerCount
        case partition
        case timestamp
    }

    /// The next action of a reader.
    package enum Step {
        /// These bytes stand here.
        case literal([UInt8])
        /// A number stands here.
        case number(Target, FormatTemplate.NumberForm)
        /// The number is not in the input: it is this one.
        case constant(Target, Int)
        /// A field of the size that was read.
        case sized(Slot)
        /// A field up to these bytes; `isBounded`, when it cannot hold what ends a record.
        case until(Slot, [UInt8], isBounded: Bool)
        /// A field up to the end of the input.
        case rest(Slot)
        /// A JSON value.
        case json(Slot)
        /// A match of the expression.
        case pattern(Slot, BytePattern, text: String)
        /// As many headers as were counted, each by the steps up to `after`.
        case headers(after: Int)
        /// The end of one header, whose first step is this one.
        case headerEnd(first: Int)
    }

    /// The steps for each record.
    package private(set) var steps: [Step] = []
    /// The form of the bytes of each slot; nil for one that the format does not have.
    package private(set) var forms = [FormatTemplate.TextForm?](
        repeating: nil,
        count: Slot.allCases.count
    )
    /// The text that ends each record, when it is a text.
    package private(set) var final: [UInt8] = []

    // Where the format gives the size of a slot, and the number of headers; which others it has.
    private var sizes: [Slot: (column: Int, verb: String)] = [:]
    private var headerCount: Int?
    private var others: Set<String> = []

    /// Returns true when the format has a field.
    package func has(_ slot: Slot) -> Bool { forms[slot.rawValue] != nil }

    /// True when fields take more bytes in the input than they have.
    package var isEncoded: Bool {
        forms.contains { form in
            switch form {
            case .hex, .base64, .base64raw: true
            case .plain, .json, .pattern, .unpacked, nil: false
            }
        }
    }

    /// Makes a format ready.
    ///
    /// - Throws: when a part of it cannot be read, or would not be read back as it was printed.
    package init(_ template: FormatTemplate) throws(FormatError) {
        if case .literal(let bytes) = template.pieces.last?.content { final = bytes }
        try add(template.pieces, isInHeaders: false)
        for slot in Slot.allCases {
            if let size = sizes[slot], !has(slot) { throw ofNothing(size.verb, at: size.column) }
        }
        if let headerCount, !has(.headerName) { throw ofNothing("%H", at: headerCount) }
        guard template.pieces.contains(where: { $0.verb != "" }) else {
            throw FormatError(1, "the format has no field")
        }
    }

    // MARK: - Pieces

    private mutating func add(
        _ pieces: [FormatTemplate.Piece],
        isInHeaders: Bool
    ) throws(FormatError) {
        var index = 0
        while index < pieces.count {
            let piece = pieces[index]
            index += 1
            let following: [UInt8]? =
                if index < pieces.count, case .literal(let bytes) = pieces[index].content {
                    bytes
                } else {
                    nil
                }
            switch piece.content {
            case .literal(let bytes):
                steps.append(.literal(bytes))
            case .number(let field, let form):
                let target = try self.target(of: field, piece, isInHeaders)
                try add(target, form, piece, before: following)
            case .text(let field, let form):
                let slot = Self.slot(of: field, isInHeaders)
                guard !has(slot) else { throw twice(piece) }
                forms[slot.rawValue] = form
                if try add(slot, form, piece, before: following, isInHeaders) {
                    index += 1
                } else if case .rest? = steps.last, index < pieces.count || isInHeaders {
                    throw FormatError(
                        piece.column,
                        "where '\(piece.verb)' ends is not said: its size goes before it"
                            + " ('\(piece.verb.uppercased())'), or text behind it"
                    )
                }
            case .time:
                throw FormatError(
                    piece.column,
                    "a time in a layout can only be printed; '%d' reads milliseconds"
                )
            case .headers(let inner):
                guard headerCount != nil else {
                    throw FormatError(
                        piece.column,
                        "'%h' needs the number of headers, '%H', before it"
                    )
                }
                guard !has(.headerName), !has(.headerValue) else { throw twice(piece) }
                try addHeaders(inner, piece)
            }
        }
    }

    private mutating func addHeaders(
        _ inner: [FormatTemplate.Piece],
        _ piece: FormatTemplate.Piece
    ) throws(FormatError) {
        let start = steps.count
        steps.append(.headers(after: 0))
        try add(inner, isInHeaders: true)
        guard has(.headerName) else {
            throw FormatError(piece.column, "'%h' reads no name: it has no '%k'")
        }
        steps.append(.headerEnd(first: start + 1))
        steps[start] = .headers(after: steps.count)
    }

    /// Adds a field.
    ///
    /// - Returns: true when the text behind it is part of the step.
    private mutating func add(
        _ slot: Slot,
        _ form: FormatTemplate.TextForm,
        _ piece: FormatTemplate.Piece,
        before following: [UInt8]?,
        _ isInHeaders: Bool
    ) throws(FormatError) -> Bool {
        let isSized = sizes[slot] != nil
        switch form {
        case .unpacked:
            throw FormatError(piece.column, "'\(piece.verb){unpack…}' can only be printed")
        case .json:
            if isSized { throw sizedTwice(piece, "{json}") }
            steps.append(.json(slot))
            return false
        case .pattern(let text):
            if isSized { throw sizedTwice(piece, "{re…}") }
            do throws(BytePattern.Mistake) {
                steps.append(.pattern(slot, try BytePattern(text), text: text))
            } catch {
                throw FormatError(
                    piece.column,
                    "no POSIX extended regular expression: \(error.reason)"
                )
            }
            return false
        case .plain, .hex, .base64, .base64raw: break
        }
        if isSized {
            steps.append(.sized(slot))
            return false
        }
        guard let following else {
            steps.append(.rest(slot))
            return false
        }
        // Where the text behind a field holds what ends a record, it is looked for first.
        let isBounded = !final.isEmpty && !Self.holds(following, final)
        steps.append(.until(slot, following, isBounded: isBounded))
        return true
    }

    private mutating func add(
        _ target: Target,
        _ form: FormatTemplate.NumberForm,
        _ piece: FormatTemplate.Piece,
        before following: [UInt8]?
    ) throws(FormatError) {
        switch form {
        case .constant(let number):
            switch target {
            case .size, .headerCount: steps.append(.constant(target, number))
            case .partition, .timestamp:
                throw FormatError(
                    piece.column,
                    "'\(piece.verb){\(number)}' reads nothing: a fixed number is for sizes"
                )
            }
            return
        case .ascii:
            try checkEnd(of: piece, before: following) { (0x30...0x39).contains($0) }
        case .hex:
            try checkEnd(of: piece, before: following) { hexValue(of: $0) != nil }
        case .hexDigits, .big, .little, .bool: break
        }
        steps.append(.number(target, form))
    }

    /// Refuses a number whose last digit cannot be distinguished from what follows.
    private func checkEnd(
        of piece: FormatTemplate.Piece,
        before following: [UInt8]?,
        _ isDigit: (UInt8) -> Bool
    ) throws(FormatError) {
        guard let next = following?.first, !isDigit(next) else {
            throw FormatError(
                piece.column,
                "where '\(piece.verb)' ends is not said: text that is no digit goes behind it,"
                    + " or a form of a fixed width"
            )
        }
    }

    // MARK: - Names

    private static func slot(of field: FormatTemplate.TextField, _ isInHeaders: Bool) -> Slot {
        switch field {
        case .topic: .topic
        case .key: isInHeaders ? .headerName : .key
        case .value: isInHeaders ? .headerValue : .value
        }
    }

    private mutating func target(
        of field: FormatTemplate.NumberField,
        _ piece: FormatTemplate.Piece,
        _ isInHeaders: Bool
    ) throws(FormatError) -> Target {
        let target: Target
        switch field {
        case .topicSize: target = .size(.topic)
        case .keySize: target = .size(isInHeaders ? .headerName : .key)
        case .valueSize: target = .size(isInHeaders ? .headerValue : .value)
        case .headerCount: target = .headerCount
        case .partition: target = .partition
        case .timestamp: target = .timestamp
        case .offset, .leaderEpoch, .runningNumber, .producerID, .producerEpoch, .logStart,
            .lastStable, .highWatermark, .deliveryCount, .acquisitionDeadline, .compression,
            .timestampType, .transactionalBit, .controlBit:
            throw FormatError(
                piece.column,
                "'\(piece.verb)' can only be printed: no record can be sent with it"
            )
        }
        switch target {
        case .size(let slot):
            guard sizes[slot] == nil else { throw twice(piece) }
            guard !has(slot) else {
                throw FormatError(
                    piece.column,
                    "'\(piece.verb)' comes too late: a size goes before what it is the size of"
                )
            }
            sizes[slot] = (piece.column, piece.verb)
        case .headerCount:
            guard headerCount == nil else { throw twice(piece) }
            headerCount = piece.column
        case .partition, .timestamp:
            guard others.insert(piece.verb).inserted else { throw twice(piece) }
        }
        return target
    }

    private func ofNothing(_ verb: String, at column: Int) -> FormatError {
        FormatError(column, "'\(verb)' is of nothing: there is no '\(verb.lowercased())'")
    }

    private func twice(_ piece: FormatTemplate.Piece) -> FormatError {
        FormatError(piece.column, "'\(piece.verb)' comes twice")
    }

    private func sizedTwice(_ piece: FormatTemplate.Piece, _ form: String) -> FormatError {
        FormatError(
            piece.column,
            "'\(piece.verb)\(form)' says itself where it ends: no size goes before it"
        )
    }

    private static func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        text.span.bytes.firstIndex(of: part) != nil
    }
}
