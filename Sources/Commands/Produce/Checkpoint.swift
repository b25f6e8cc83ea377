// The progress of a run, kept in a file, so that a later one continues from there.
//
// 1. The file never says more than what is done: it is written after the records before it were
//    acknowledged, or refused for good. Of a transaction nothing is done before it is committed.
// 2. It is replaced as a whole, so that a run that was killed leaves the old one or the new one.
// 3. Before a commit the file says what the place will be when the commit succeeds (`Pending`). A run
//    that was killed in between leaves that; the next one asks the topic which of the two it is.

import CommandKit
import JSON
import Reactor

/// A place in the input, and how to know that it is the same input.
struct Checkpoint: Equatable {
    /// A place, and what was consumed before it.
    struct Place: Equatable {
        /// The index of the input.
        var input = 0
        /// The number of its bytes that are done.
        var offset = 0
        /// The number of lines of all inputs that are done.
        var lines = 0
        /// The number of this input's first line, counted through all inputs; nil in old files.
        var firstLine: Int?
        /// The sizes of the inputs before this one; nil in old files.
        var sizes: [Int]?
        /// The known facts of the record before the place, when only the input's end has ended it.
        var openEnd: OpenEnd?
        /// The digest of the first bytes of all inputs, one after the other.
        var digest: ConsumedDigest.Value
    }

    /// An end of records that was one because nothing came behind it.
    struct OpenEnd: Equatable {
        /// The kind of what was cut there.
        enum Kind: String { case record, refusal, lost }

        /// The size of the input then, or how much of it can be read at all.
        var size: Int
        /// Records alone, or also what could not become one; `lost` when none behind it can be found.
        var kind: Kind
    }

    /// A transaction that was about to be committed.
    struct Pending: Equatable {
        /// The name under which it was.
        var transactionalID: String
        /// The place after it.
        var place: Place
        /// Some of its records, in different partitions.
        var records: [Stored]
    }

    /// A record that the broker has.
    struct Stored: Equatable {
        var topic: String
        var partition: Int32
        var offset: Int64
    }

    /// The topic; nil when each record names its own.
    var topic: String?
    /// The inputs in their order.
    var inputs: [String]
    /// The place up to which all is done.
    var place: Place
    /// The part that is done as well when its commit succeeded.
    var pending: Pending?
    /// The number of runs with a transactional id that took the checkpoint over, one from another.
    var run = 0
}

// MARK: - As JSON

extension Checkpoint {
    /// Returns the checkpoint as a line of JSON.
    func line() -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("version")
        json.number(2)
        json.key("topic")
        json.optional(topic)
        json.key("inputs")
        json.beginArray()
        for input in inputs { json.string(input) }
        json.endArray()
        if run > 0 {
            json.key("run")
            json.number(run)
        }
        place.write(to: &json)
        if let pending {
            json.key("pending")
            json.beginObject()
            json.key("transactionalId")
            json.string(pending.transactionalID)
            pending.place.write(to: &json)
            json.key("records")
            json.beginArray()
            for record in pending.records {
                json.beginObject()
                json.key("topic")
                json.string(record.topic)
                json.key("partition")
                json.number(record.partition)
                json.key("offset")
                json.number(record.offset)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endObject()
        json.endLine()
        return json.text
    }

    /// Reads a checkpoint; nil when the text is none.
    ///
    /// Version 1 had a digest of at most 4 KiB of the first input, and no transactions.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            let version = json["version"]?.int64, (1...2).contains(version),
            let inputs = json["inputs"]?.array,
            let place = Place(json, version: version), place.input < inputs.count
        else { return nil }
        topic = json["topic"]?.string
        self.inputs = inputs.compactMap(\.string)
        self.place = place
        run = min(json["run"]?.count ?? 0, 1 << 53)
        guard let pending = json["pending"], !pending.isNull else { return }
        guard let name = pending["transactionalId"]?.string,
            let after = Place(pending, version: version), after.input < inputs.count,
            let records = pending["records"]?.array
        else { return nil }
        let stored = records.compactMap { record -> Stored? in
            guard let topic = record["topic"]?.string,
                let partition = record["partition"]?.int64.flatMap({ Int32(exactly: $0) }),
                let offset = record["offset"]?.int64, partition >= 0, offset >= 0
            else { return nil }
            return Stored(topic: topic, partition: partition, offset: offset)
        }
        guard stored.count == records.count else { return nil }
        self.pending = Pending(transactionalID: name, place: after, records: stored)
    }
}

extension Checkpoint.Place {
    /// Adds the members of an object.
    fileprivate func write(to json: inout JSONWriter) {
        for (name, number) in [("input", input), ("offset", offset), ("lines", lines)] {
            json.key(text: name)
            json.number(number)
        }
        if let firstLine {
            json.key("firstLine")
            json.number(firstLine)
        }
        if let sizes {
            json.key("sizes")
            json.beginArray()
            for size in sizes { json.number(size) }
            json.endArray()
        }
        if let openEnd {
            json.key("openEnd")
            json.beginObject()
            json.key("size")
            json.number(openEnd.size)
            json.key("kind")
            json.string(openEnd.kind.rawValue)
            json.endObject()
        }
        json.key("hashedBytes")
        json.number(digest.bytes)
        json.key("sha256")
        json.string(digest.hex)
    }

    fileprivate init?(_ json: JSONValue, version: Int64) {
        guard let input = json["input"]?.count, let offset = json["offset"]?.count,
            let lines = json["lines"]?.count,
            let bytes = json[version == 1 ? "headBytes" : "hashedBytes"]?.count,
            let hex = json[version == 1 ? "headSha256" : "sha256"]?.string,
            // More lines than any input has would run over when they are counted on.
            max(lines, json["firstLine"]?.count ?? 0) < 1 << 53
        else { return nil }
        self.input = input
        self.offset = offset
        self.lines = lines
        digest = ConsumedDigest.Value(bytes: bytes, hex: hex)
        guard version > 1 else { return }
        guard let sizes = json["sizes"]?.array?.compactMap(\.count), sizes.count == input,
            let firstLine = json["firstLine"]?.count
        else { return nil }
        self.sizes = sizes
        self.firstLine = firstLine
        if let open = json["openEnd"], !open.isNull {
            guard let size = open["size"]?.count, size >= offset,
                let kind = open["kind"]?.string.flatMap(Checkpoint.OpenEnd.Kind.init)
            else { return nil }
            openEnd = Checkpoint.OpenEnd(size: size, kind: kind)
        }
        // The digest is of no more than what is done.
        guard bytes <= sizes.reduce(offset, { $0.addingReportingOverflow($1).partialValue }) else {
            return nil
        }
    }
}

// MARK: - The file

/// The file of a checkpoint.
struct CheckpointFile {
    let path: String

    /// The largest number of records between the file and what is enqueued: so many may be sent
    /// twice by a run that continues a killed one.
    static let window = 10_000
    /// The longest time before a new place is written.
    static let pace = Duration.milliseconds(100)
    /// The remedy when the checkpoint is not of this input.
    static let hint = "remove the checkpoint to send the whole input"

    init(_ path: String) {
        self.path = path
    }

    /// Returns the checkpoint of an earlier run, if it was a run of these inputs to this topic.
    static func resumed(
        _ request: ProduceRequest,
        _ inputs: [String]
    ) throws(CommandError) -> Checkpoint? {
        guard let path = request.reports.checkpoint,
            let checkpoint = try CheckpointFile(path).read()
        else { return nil }
        guard checkpoint.topic == request.topic, checkpoint.inputs == inputs else {
            let what =
                checkpoint.topic == request.topic
                ? "other files" : checkpoint.topic.map { "topic '\($0)'" } ?? "another topic"
            throw CommandError(
                .usage,
                "'\(path)' is the checkpoint of \(what)",
                hint: "use another file, or remove this one to start from the beginning"
            )
        }
        let id = request.delivery.transactionalID
        if let pending = checkpoint.pending, pending.transactionalID != id {
            throw CommandError(
                .usage,
                "'\(path)' has an open commit of transactional id"
                    + " '\(pending.transactionalID)'; only a run with the same id can resolve it",
                hint: "--transactional-id \(pending.transactionalID)"
            )
        }
        return checkpoint
    }

    /// Returns the checkpoint of an earlier run; nil when there is none.
    func read() throws(CommandError) -> Checkpoint? {
        let bytes: [UInt8]
        do { bytes = try Files.contents(of: path, limit: 1 << 24) } catch {
            if error.isNotFound { return nil }
            throw CommandError(error, doing: "cannot read the checkpoint '\(path)'")
        }
        if let checkpoint = Checkpoint(bytes) { return checkpoint }
        throw CommandError(
            .badData,
            "'\(path)' is not a checkpoint",
            hint: "use another file"
        )
    }

    /// Replaces the file, unless a later run has taken it over.
    func write(_ checkpoint: Checkpoint) throws(CommandError) {
        let isWritten: Bool
        do {
            isWritten = try Files.replace(
                path,
                with: Array(checkpoint.line().utf8),
                isPublic: true,
                isDurable: true,
                unless: checkpoint.run == 0 ? nil : { Checkpoint($0)?.run ?? 0 > checkpoint.run }
            )
        } catch {
            throw CommandError(error, doing: "cannot write the checkpoint '\(path)'")
        }
        if !isWritten {
            throw CommandError(
                .failure,
                "another run with the same transactional id has taken over the checkpoint '\(path)'"
            )
        }
    }
}
