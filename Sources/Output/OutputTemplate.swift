// A format made ready for printing: what cannot be printed is refused here, not at the first record.

/// A format that records can be printed by.
public struct OutputTemplate: Sendable {
    /// What is printed, one after the other.
    enum Step: Sendable {
        case literal([UInt8])
        case text(FormatTemplate.TextField, FormatTemplate.TextForm)
        case number(FormatTemplate.NumberField, FormatTemplate.NumberForm)
        case time(TimeFormat)
        case headers([Step])
    }

    let steps: [Step]
    /// What stands between two headers.
    let headerSeparator: [UInt8]

    /// Whether headers are printed, or counted.
    let showsHeaders: Bool
    /// Whether anything is printed but the value and its length.
    let showsMore: Bool
    /// Whether the leader's epoch is printed.
    let showsLeaderEpoch: Bool

    /// Reads a format and makes it ready.
    ///
    /// - Throws: when it is none, or when a part of it cannot be printed.
    public init(parsing text: String, headerSeparator: String = "") throws(FormatError) {
        try self.init(try FormatTemplate(text), headerSeparator: Array(headerSeparator.utf8))
    }

    /// Makes a format ready.
    ///
    /// - Throws: when a part of it cannot be printed.
    init(_ template: FormatTemplate, headerSeparator: [UInt8] = []) throws(FormatError) {
        steps = try Self.steps(template.pieces)
        self.headerSeparator = headerSeparator
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

    private static func steps(_ pieces: [FormatTemplate.Piece]) throws(FormatError) -> [Step] {
        var steps: [Step] = []
        for piece in pieces {
            switch piece.content {
            case .literal(let bytes):
                steps.append(.literal(bytes))
            case .text(let field, let form):
                if case .pattern = form { throw toBeRead(piece, "{re…}") }
                steps.append(.text(field, form))
            case .number(let field, let form):
                if case .constant(let size) = form { throw toBeRead(piece, "{\(size)}") }
                if let owner = owner(of: field) {
                    throw FormatError(
                        piece.column,
                        "'\(piece.verb)' cannot be printed: librdkafka does not tell \(owner)"
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
                steps.append(.time(format))
            case .headers(let inner):
                steps.append(.headers(try Self.steps(inner)))
            }
        }
        return steps
    }

    private static func toBeRead(_ piece: FormatTemplate.Piece, _ form: String) -> FormatError {
        FormatError(piece.column, "'\(piece.verb)\(form)' is for reading, by 'kctl produce'")
    }

    /// What a number is of that the library does not hand out; nil when it does.
    private static func owner(of field: FormatTemplate.NumberField) -> String? {
        switch field {
        case .topicSize, .keySize, .valueSize, .headerCount, .partition, .offset, .leaderEpoch,
            .timestamp, .runningNumber, .timestampType:
            nil
        case .producerID, .producerEpoch: "who produced a record"
        case .logStart, .lastStable, .highWatermark: "a partition's ends with each record"
        case .deliveryCount, .acquisitionDeadline: "of share groups"
        case .compression: "how a record was compressed"
        case .transactionalBit: "whether a record is part of a transaction"
        case .controlBit: "of control records"
        }
    }
}
