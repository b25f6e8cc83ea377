// The language of `--format`: which fields of a record, in which order and form, with text between.
// The same texts describe how records are printed and how they are read.
//
// 1. What is wrong with a text is said with its column; which parts can be printed or read only is
//    for the two users of a template to say.

public import Output

/// A mistake in a format.
public struct FormatError: Error, Equatable, Sendable {
    /// The place, in characters from 1.
    public var column: Int
    /// The fault, in one line without a full stop.
    public var reason: String

    /// Describes a mistake.
    public init(_ column: Int, _ reason: String) {
        self.column = column
        self.reason = reason
    }
}

/// A format that has been understood.
public struct FormatTemplate: Equatable, Sendable {
    /// The text as it was given.
    public let text: String
    /// The pieces that it consists of.
    public let pieces: [Piece]

    /// Text, or a verb with its form.
    public struct Piece: Equatable, Sendable {
        /// The place in the format where it begins, in characters from 1.
        public var column: Int
        /// Its content.
        public var content: Content

        /// The verb as it is written; empty for text.
        public var verb: String {
            switch content {
            case .literal: ""
            case .text(let field, _): field.verb
            case .number(let number, _): number.verb
            case .time: "%d"
            case .headers: "%h"
            }
        }
    }

    /// The content of a piece.
    public indirect enum Content: Equatable, Sendable {
        /// These bytes; never none.
        case literal([UInt8])
        /// A field's bytes.
        case text(TextField, TextForm)
        /// A number.
        case number(NumberField, NumberForm)
        /// The time, in a layout.
        case time(TimeLayout)
        /// For each header these pieces, of which `key` and `value` mean the header's.
        case headers([Piece])
    }

    /// Fields that are bytes.
    public enum TextField: Equatable, Sendable, BitwiseCopyable {
        /// The topic's name.
        case topic
        /// The key; inside of headers the header's name.
        case key
        /// The value.
        case value

        /// The verb as it is written.
        public var verb: String {
            switch self {
            case .topic: "%t"
            case .key: "%k"
            case .value: "%v"
            }
        }
    }

    /// The form in which a field's bytes are written.
    public enum TextForm: Equatable, Sendable {
        /// As they are.
        case plain
        /// Two digits a byte.
        case hex
        /// Base64, with padding.
        case base64
        /// Base64 without padding.
        case base64raw
        /// As JSON: printed as a string; read as a value of any kind, of which the text counts.
        case json
        /// A match of this regular expression; only to be read.
        case pattern(String)
        /// Binary numbers and characters taken apart; only to be printed.
        case unpacked([Unpacked])
    }

    /// A piece of binary data.
    public enum Unpacked: Equatable, Sendable {
        /// A whole number of this many bytes.
        case number(bytes: Int, isSigned: Bool, isBigEndian: Bool)
        /// One byte as a character.
        case character
        /// All that is left, as text.
        case rest
        /// Nothing may be left.
        case end
        /// No bytes, but a space between what is printed.
        case space

        /// True when it is a whole number.
        var isNumber: Bool { if case .number = self { true } else { false } }

        /// True when it would run into the number in front of it.
        var runsOn: Bool { isNumber || self == .rest }
    }

    /// Fields that are numbers.
    public enum NumberField: String, Equatable, Sendable, BitwiseCopyable {
        /// The topic's length in bytes.
        case topicSize = "T"
        /// The key's length in bytes; −1 for null.
        case keySize = "K"
        /// The value's length in bytes; −1 for null.
        case valueSize = "V"
        /// The number of headers.
        case headerCount = "H"
        /// The partition.
        case partition = "p"
        /// The offset.
        case offset = "o"
        /// The leader's epoch; −1 when it is not known.
        case leaderEpoch = "e"
        /// Milliseconds since 1970; −1 when there is no time.
        case timestamp = "d"
        /// 1 for the first record, 2 for the next.
        case runningNumber = "i"
        /// The number of the producer.
        case producerID = "x"
        /// Its epoch.
        case producerEpoch = "y"
        /// The partition's first offset.
        case logStart = "["
        /// The end of what has been committed.
        case lastStable = "|"
        /// The end of what all copies have.
        case highWatermark = "]"
        /// The number of times a share group was given the record.
        case deliveryCount = "D"
        /// Until when it may acknowledge it.
        case acquisitionDeadline = "A"
        /// The codec.
        case compression = "a{compression}"
        /// 0 when the producer set the time, 1 when the broker did, −1 when there is none.
        case timestampType = "a{timestamp-type}"
        /// The bit that is set when the record is part of a transaction.
        case transactionalBit = "a{transactional-bit}"
        /// The bit that is set when it is a marker of a transaction.
        case controlBit = "a{control-bit}"

        /// The verb as it is written.
        public var verb: String { "%" + rawValue }
    }

    /// The form in which a number is written.
    public enum NumberForm: Equatable, Sendable, BitwiseCopyable {
        /// Decimal digits, with a minus when it is negative.
        case ascii
        /// As many hexadecimal digits as it has.
        case hex
        /// Exactly this many hexadecimal digits.
        case hexDigits(Int)
        /// Binary with this many bytes, the highest first.
        case big(Int)
        /// Binary with this many bytes, the lowest first.
        case little(Int)
        /// `true`, or `false` for 0.
        case bool
        /// Not written at all: it is always this number; only to be read.
        case constant(Int)
    }

    /// Reads a format.
    public init(_ text: String) throws(FormatError) {
        self.text = text
        var parser = FormatParser(text)
        pieces = try parser.pieces()
    }
}
