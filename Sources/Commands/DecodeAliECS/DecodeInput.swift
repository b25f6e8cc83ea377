// The inputs to decode beside live topics, as options.

import Arguments
import CommandKit
import Records

/// The form of an input.
enum DecodeInputKind: String, ArgumentChoice {
    /// The output of `consume --json`.
    case jsonl
    /// A message in hexadecimal, one a line.
    case hex
    /// A message in Base64, one a line.
    case base64
    /// All of it is one message.
    case raw

    /// Returns the reader that cuts such an input into records.
    var reader: any RecordReader {
        let limit = ProduceInput.standardMaxRecordBytes.bytes
        switch self {
        case .jsonl: return JSONLineReader(limit: limit, needsTopic: false, isForSending: false)
        case .hex: return EncodedLineReader(isHex: true, limit: limit)
        case .base64: return EncodedLineReader(isHex: false, limit: limit)
        case .raw: return DelimitedReader(delimiter: [], rules: PieceRules(), limit: limit)
        }
    }
}

/// A message in the words of the command line; `-` says that standard input has them.
struct EncodedMessage<Form: MessageForm>: ArgumentValue {
    /// The message's bytes; nil for standard input.
    let bytes: [UInt8]?
    let argumentText: String

    static var placeholder: String { Form.isHex ? "HEX" : "BASE64" }

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        if argument == "-" {
            bytes = nil
            return
        }
        bytes = EncodedLineReader.message(Array(argument.utf8), isHex: Form.isHex)
        if bytes == nil { throw InvalidValue(Form.isHex ? "not hexadecimal" : "not Base64") }
    }
}

/// The form in which a message is written.
protocol MessageForm: Sendable {
    static var isHex: Bool { get }
}

/// In hexadecimal.
enum HexForm: MessageForm {
    static let isHex = true
}

/// In Base64.
enum Base64Form: MessageForm {
    static let isHex = false
}

/// The input of `decode-aliecs` that is not a cluster.
struct DecodeInput: CommandOptions {
    var files: [String] = []
    var hex: [EncodedMessage<HexForm>] = []
    var base64: [EncodedMessage<Base64Form>] = []
    var kind: DecodeInputKind?

    /// The ones of every day come first, in one list; the others stand under a heading.
    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Input") : $0 }

    private static let rows: [Flag<DecodeInput>] = [
        .list(
            "file",
            "Decode this file, one message without --input; - is stdin.",
            \.files,
            placeholder: "FILE",
            completion: .files
        )
        .advanced(),
        .list(
            "hex",
            "Decode this message in hex; - is stdin.",
            \.hex
        ),
        .list(
            "base64",
            "Decode this message in Base64; - is stdin.",
            \.base64
        )
        .advanced(),
        .optional(
            "input",
            "Form of standard input or --file; jsonl is from 'consume --json'.",
            \.kind
        )
        .advanced(),
    ]

    /// True when no cluster is read.
    var isGiven: Bool { !files.isEmpty || !hex.isEmpty || !base64.isEmpty || kind != nil }

    /// True when every input says which topic a record is from.
    var namesTopics: Bool { kind == .jsonl && hex.isEmpty && base64.isEmpty }

    /// The inputs, each with its form: files in the order given, `-` being standard input.
    var sources: [(path: String, kind: DecodeInputKind)] {
        var sources = files.map { ($0, kind ?? .raw) }
        sources += hex.filter { $0.bytes == nil }.map { _ in ("-", .hex) }
        sources += base64.filter { $0.bytes == nil }.map { _ in ("-", .base64) }
        if let kind, sources.isEmpty, messages.isEmpty { sources = [("-", kind)] }
        return sources
    }

    /// The messages of the command line.
    var messages: [[UInt8]] { hex.compactMap(\.bytes) + base64.compactMap(\.bytes) }

    /// Refuses options that contradict one another, and what only a cluster has.
    func validate(_ read: ReadOptions, hasType: Bool) throws(UsageError) {
        guard isGiven else { return }
        if sources.count(where: { $0.path == "-" }) > 1 {
            throw UsageError("standard input can be read only once")
        }
        if kind != nil, files.isEmpty, !hex.isEmpty || !base64.isEmpty {
            throw UsageError("--input needs standard input or --file")
        }
        if !namesTopics, !hasType {
            throw UsageError(
                "missing --type: the message type is not known",
                hint: "for example --type Event"
            )
        }
        let range = read.range
        let others = [
            ("a topic", !read.topics.names.isEmpty), ("--regex", read.topics.pattern != nil),
            ("--group", read.group.name != nil), ("--offset", range.offset != nil),
            ("--from-beginning", range.fromBeginning), ("--partition", range.partitions != nil),
            ("--last", range.last != nil), ("--until-time", range.untilTime != nil),
            ("--idle-timeout", range.idleLimit != nil),
            ("--max-per-partition", range.limitPerPartition != nil),
            ("--offset-reset", range.reset != nil), ("--for", range.duration != nil),
            (
                "--summary",
                read.reading.summary != nil && read.reading.summary != SummaryFormat.none
            ),
        ]
        if let other = others.first(where: \.1)?.0 {
            throw UsageError("\(other) needs topics of a cluster and does not go with \(name)")
        }
    }

    private var name: String {
        if !files.isEmpty { return "--file" }
        if !hex.isEmpty { return "--hex" }
        return base64.isEmpty ? "--input" : "--base64"
    }
}
