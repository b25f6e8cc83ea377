// How an error reads: one line for people, one object for programs.

import JSON

/// The format of errors.
public enum ErrorFormat: String, Sendable, CaseIterable {
    /// One line that begins with the program's name.
    case text
    /// One JSON object a line.
    case json
}

/// The line of a file that an error is about.
public struct ErrorExcerpt: Equatable, Sendable {
    /// The line, as far as it may be shown.
    public var line: String
    /// The column of the caret, in characters from 1.
    public var column: Int

    /// Makes an excerpt.
    public init(line: String, column: Int) {
        self.line = line
        self.column = column
    }

    /// The line, and a caret under its column.
    var text: String {
        let before = String(line.unicodeScalars.prefix(max(column - 1, 0)))
        let blanks = String(repeating: " ", count: TerminalText.width(TerminalText.escaped(before)))
        return "  \(TerminalText.escaped(line))\n  \(blanks)^\n"
    }
}

/// The fault of a record.
public struct RecordFault: Equatable, Sendable {
    /// The record's offset; nil when it comes from no partition.
    public var offset: Int64?
    /// The byte of its value, from 0; nil when it is about none in particular.
    public var position: Int?
    /// The field; nil when it is about none in particular.
    public var field: String?
    /// The reason.
    public var reason: String

    /// Describes a fault.
    public init(offset: Int64?, position: Int?, field: String?, reason: String) {
        self.offset = offset
        self.position = position
        self.field = field
        self.reason = reason
    }
}

/// Everything that is said about one error.
public struct ErrorReport: Equatable, Sendable {
    /// The kind, in words that programs compare: `usage`, `not-found`, `unreachable` and the like.
    public var code: String
    /// librdkafka's name of the code, when a broker or the library refused.
    public var kafkaCode: String?
    /// The message: what failed, on what, and why.
    public var message: String
    /// The topic it is about.
    public var topic: String?
    /// The partition it is about.
    public var partition: Int32?
    /// True when trying again may help.
    public var isRetriable: Bool
    /// The hint at what to do about it.
    public var hint: String?
    /// The record that it is about, and what is wrong in it.
    public var fault: RecordFault?
    /// The line of the file that it is about.
    public var excerpt: ErrorExcerpt?
    /// The command's usage line, after a mistake on the command line.
    public var usage: String?
    /// True when the line shows librdkafka's name of the code.
    public var showsKafkaCode: Bool

    /// Describes an error.
    public init(
        code: String,
        kafkaCode: String? = nil,
        message: String,
        topic: String? = nil,
        partition: Int32? = nil,
        isRetriable: Bool = false,
        hint: String? = nil,
        excerpt: ErrorExcerpt? = nil,
        usage: String? = nil,
        showsKafkaCode: Bool = true
    ) {
        self.code = code
        self.kafkaCode = kafkaCode
        self.message = message
        self.topic = topic
        self.partition = partition
        self.isRetriable = isRetriable
        self.hint = hint
        self.excerpt = excerpt
        self.usage = usage
        self.showsKafkaCode = showsKafkaCode
    }

    /// The line for people, and under it the line of the file or the usage line if there is one.
    ///
    /// Control characters are escaped wherever it goes: an error is one line.
    public var text: String { text(isColoured: false) }

    /// Returns the same; `isColoured`: with the program's name in bold red.
    func text(isColoured: Bool) -> String {
        var remarks: [String] = []
        if showsKafkaCode, let kafkaCode { remarks.append(kafkaCode) }
        if let hint { remarks.append(hint) }
        let remark = remarks.isEmpty ? "" : " (" + remarks.joined(separator: "; ") + ")"
        let name = isColoured ? "\u{1b}[1;31mkctl:\u{1b}[0m " : "kctl: "
        var text = name + TerminalText.escaped(message + remark) + "\n"
        if let excerpt { text += excerpt.text }
        if let usage { text += TerminalText.escaped(usage) + "\n" }
        return text
    }
}

extension OutputStream {
    /// Prints an error; `isColoured`: with the program's name in bold red.
    public func report(
        _ error: ErrorReport,
        as format: ErrorFormat,
        isColoured: Bool = false
    ) throws(OutputError) {
        switch format {
        case .text:
            try write(error.text(isColoured: isColoured))
        case .json:
            try writeJSON { json in
                json.beginObject()
                json.key("code")
                json.string(error.code)
                if let kafkaCode = error.kafkaCode {
                    json.key("kafkaCode")
                    json.string(kafkaCode)
                }
                json.key("message")
                json.string(error.message)
                if let topic = error.topic {
                    json.key("topic")
                    json.string(topic)
                }
                if let partition = error.partition {
                    json.key("partition")
                    json.number(partition)
                }
                if let fault = error.fault { write(fault, to: &json) }
                json.key("retriable")
                json.bool(error.isRetriable)
                if let hint = error.hint {
                    json.key("hint")
                    json.string(hint)
                }
                if let excerpt = error.excerpt {
                    json.key("excerpt")
                    json.string(excerpt.line)
                }
                if let usage = error.usage {
                    json.key("usage")
                    json.string(usage)
                }
                json.endObject()
            }
        }
    }

    private func write(_ fault: RecordFault, to json: inout JSONWriter) {
        if let offset = fault.offset {
            json.key("offset")
            json.number(offset)
        }
        if let position = fault.position {
            json.key("position")
            json.number(position)
        }
        if let field = fault.field {
            json.key("field")
            json.string(field)
        }
        json.key("reason")
        json.string(fault.reason)
    }
}
