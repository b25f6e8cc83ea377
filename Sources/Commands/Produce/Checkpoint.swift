// How far a run has come, kept in a file, so that a later one goes on from there.
//
// 1. The file never says more than what is done with: it is written after the records before it
//    were acknowledged, or refused for good.
// 2. It is replaced as a whole, so that a run that was killed leaves the old one or the new one.

import Crypto
import JSON
import Reactor

/// A place in the input, and how to know that it is the same input.
struct Checkpoint: Equatable {
    /// The topic; nil when each record names its own.
    var topic: String?
    /// The inputs in their order.
    var inputs: [String]
    /// Which of them.
    var input: Int
    /// How many of its bytes are done with.
    var offset: Int
    /// How many lines of all inputs are.
    var lines: Int
    /// How many bytes the digest is of.
    var headBytes: Int
    /// The digest of the first bytes of the first input.
    var headDigest: String

    /// The checkpoint as a line of JSON.
    func line() -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("version")
        json.number(1)
        json.key("topic")
        json.optional(topic)
        json.key("inputs")
        json.beginArray()
        for input in inputs { json.string(input) }
        json.endArray()
        for (name, number) in [
            ("input", input), ("offset", offset), ("lines", lines), ("headBytes", headBytes),
        ] {
            json.key(text: name)
            json.number(number)
        }
        json.key("headSha256")
        json.string(headDigest)
        json.endObject()
        json.endLine()
        return json.text
    }

    /// Reads a checkpoint; nil when the text is none.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            json["version"]?.int64 == 1, let inputs = json["inputs"]?.array,
            let input = json["input"]?.count,
            let offset = json["offset"]?.count,
            let lines = json["lines"]?.count,
            let headBytes = json["headBytes"]?.count,
            let headDigest = json["headSha256"]?.string,
            input < inputs.count
        else { return nil }
        topic = json["topic"]?.string
        self.inputs = inputs.compactMap(\.string)
        self.input = input
        self.offset = offset
        self.lines = lines
        self.headBytes = headBytes
        self.headDigest = headDigest
    }

    init(
        topic: String?,
        inputs: [String],
        input: Int,
        offset: Int,
        lines: Int,
        head: [UInt8]
    ) throws(CommandError) {
        self.topic = topic
        self.inputs = inputs
        self.input = input
        self.offset = offset
        self.lines = lines
        headBytes = head.count
        headDigest = try Self.digest(head)
    }

    /// Refuses an input that begins otherwise; `path` is the checkpoint's.
    func verify(_ head: [UInt8], _ path: String) throws(CommandError) {
        guard try Self.digest(Array(head.prefix(headBytes))) == headDigest else {
            throw CommandError(
                .failure,
                "'\(path)' is the checkpoint of another input",
                hint: "remove it to send all of this one"
            )
        }
    }

    /// The digest of bytes, in hexadecimal.
    static func digest(_ bytes: [UInt8]) throws(CommandError) -> String {
        var hash = try SHA256.begin()
        hash.update(bytes.span.bytes)
        do { return try hash.hex() } catch {
            throw CommandError(error)
        }
    }
}

extension SHA256 {
    /// Begins a digest, for a command.
    static func begin() throws(CommandError) -> SHA256 {
        do { return try SHA256() } catch { throw CommandError(error) }
    }
}

/// The file of a checkpoint.
struct CheckpointFile {
    let path: String

    /// How many records may lie between the file and what is handed over: so many may be sent twice
    /// by a run that goes on after one that was killed.
    static let window = 10_000
    /// How long news may wait.
    static let pace = Duration.milliseconds(100)

    init(_ path: String) {
        self.path = path
    }

    /// What an earlier run left; nil when there is none.
    func read() throws(CommandError) -> Checkpoint? {
        let bytes: [UInt8]
        do { bytes = try Files.contents(of: path, limit: 1 << 20) } catch {
            if error.isNotFound { return nil }
            throw CommandError(error, doing: "cannot read the checkpoint '\(path)'")
        }
        if let checkpoint = Checkpoint(bytes) { return checkpoint }
        throw CommandError(
            .badData,
            "'\(path)' is no checkpoint",
            hint: "remove it to begin from the start"
        )
    }

    /// Replaces the file.
    func write(_ checkpoint: Checkpoint) throws(CommandError) {
        do {
            try Files.replace(
                path,
                with: Array(checkpoint.line().utf8),
                isPublic: true,
                isDurable: true
            )
        } catch {
            throw CommandError(error, doing: "cannot write the checkpoint '\(path)'")
        }
    }
}
