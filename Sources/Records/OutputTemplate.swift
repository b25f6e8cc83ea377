// A format made ready for printing: what cannot be printed is refused here, not at the first record.
//
// 1. A step owns nothing: whatever has a size of its own stands in `Parts`, by number. To go through
//    the steps of each record then counts no references.

import Output

/// A format that records can be printed by.
public struct OutputTemplate: Sendable {
    /// A step of printing; the steps follow one after the other.
    enum Step: BitwiseCopyable {
        /// This range of `Parts.literals`.
        case literal(Int, Int)
        case text(FormatTemplate.TextField, TextForm)
        case number(FormatTemplate.NumberField, FormatTemplate.NumberForm)
        /// By its number in `Parts.times`.
        case time(Int)
        /// By its number in `Parts.headers`.
        case headers(Int)
    }

    /// The form in which a field's bytes are printed.
    enum TextForm: BitwiseCopyable {
        case plain, hex, base64, base64raw, json
        /// By its number in `Parts.unpacked`.
        case unpacked(Int)
    }

    /// The parts that the steps are about.
    struct Parts {
        var literals: [UInt8] = []
        var times: [TimeFormat] = []
        var headers: [[Step]] = []
        var unpacked: [[FormatTemplate.Unpacked]] = []
        /// The bytes between two headers.
        var headerSeparator: [UInt8] = []
    }

    /// Steps and parts, under one reference.
    final class Layout: Sendable {
        let steps: [Step]
        let parts: Parts

        init(_ steps: [Step], _ parts: Parts) {
            self.steps = steps
            self.parts = parts
        }
    }

    let layout: Layout

    /// True when headers are printed, or counted.
    let showsHeaders: Bool
    /// True when anything is printed but the value and its length.
    let showsMore: Bool
    /// True when the leader's epoch is printed, which not every library reports.
    public let showsLeaderEpoch: Bool

    /// Reads a format and makes it ready.
    ///
    /// - Throws: when it is none, or when a part of it cannot be printed.
    public init(parsing text: String, headerSeparator: String = "") throws(FormatError) {
        try self.init(try FormatTemplate(text), headerSeparator: Array(headerSeparator.utf8))
    }

    /// Makes a format ready.
    ///
    /// - Throws: when a part of it cannot be printed.
    public init(
        _ template: FormatTemplate,
        headerSeparator: [UInt8] = []
    ) throws(FormatError) {
        var parts = Parts()
        parts.headerSeparator = headerSeparator
        let steps = try Self.steps(template.pieces, &parts)
        layout = Layout(steps, parts)
        showsLeaderEpoch = steps.contains { step in
            if case .number(.leaderEpoch, _) = step { true } else { false }
        }
        showsHeaders = steps.contains { step in
            switch step {
            case .headers, .number(.headerCount, _): true
            case .literal, .text, .number, .time: false
            }
        }
        showsMore = !steps.allSatisfy { step in
            switch step {
            case .literal, .text(.value, _), .number(.valueSize, _), .number(.runningNumber, _):
                true
            case .text, .number, .time, .headers: false
            }
        }
    }

    private static func steps(
        _ pieces: [FormatTemplate.Piece],
        _ parts: inout Parts
    ) throws(FormatError) -> [Step] {
        var steps: [Step] = []
        for piece in pieces {
            switch piece.content {
            case .literal(let bytes):
                let start = parts.literals.count
                parts.literals += bytes
                steps.append(.literal(start, parts.literals.count))
            case .text(let field, let form):
                steps.append(.text(field, try textForm(form, of: piece, &parts)))
            case .number(let field, let form):
                if case .constant(let size) = form { throw toBeRead(piece, "{\(size)}") }
                if let owner = owner(of: field) {
                    throw FormatError(
                        piece.column,
                        "'\(piece.verb)' cannot be printed: librdkafka does not report \(owner)"
                    )
                }
                steps.append(.number(field, form))
            case .time(let layout):
                guard let format = TimeFormat(layout) else {
                    throw FormatError(
                        piece.column,
                        "the layout of '%d' prints nothing, or more than 4096 bytes"
                    )
                }
                steps.append(.time(parts.times.count))
                parts.times.append(format)
            case .headers(let inner):
                let inner = try Self.steps(inner, &parts)
                steps.append(.headers(parts.headers.count))
                parts.headers.append(inner)
            }
        }
        return steps
    }

    private static func textForm(
        _ form: FormatTemplate.TextForm,
        of piece: FormatTemplate.Piece,
        _ parts: inout Parts
    ) throws(FormatError) -> TextForm {
        switch form {
        case .plain: return .plain
        case .hex: return .hex
        case .base64: return .base64
        case .base64raw: return .base64raw
        case .json: return .json
        case .unpacked(let items):
            parts.unpacked.append(items)
            return .unpacked(parts.unpacked.count - 1)
        case .pattern: throw toBeRead(piece, "{re…}")
        }
    }

    private static func toBeRead(_ piece: FormatTemplate.Piece, _ form: String) -> FormatError {
        FormatError(piece.column, "'\(piece.verb)\(form)' is for reading, by 'kctl produce'")
    }

    /// Returns the subject of a number that the library does not expose; nil when it does.
    private static func owner(of field: FormatTemplate.NumberField) -> String? {
        switch field {
        case .topicSize, .keySize, .valueSize, .headerCount, .partition, .offset, .leaderEpoch,
            .timestamp, .runningNumber, .timestampType:
            nil
        case .producerID, .producerEpoch: "the producer of a record"
        case .logStart, .lastStable, .highWatermark: "the ends of a partition with each record"
        case .deliveryCount, .acquisitionDeadline: "share groups"
        case .compression: "the compression of a record"
        case .transactionalBit: "the transaction of a record"
        case .controlBit: "control records"
        }
    }
}
