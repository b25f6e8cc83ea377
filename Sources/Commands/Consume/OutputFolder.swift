// One file a partition, and how far each has come, so that a later run goes on from there.
//
// 1. The file of offsets is written after the records before those offsets are. What a run that was
//    killed wrote behind them is cut off by the next, which reads it again.

import JSON
import KafkaCore
import Output
import Reactor

/// A folder of records, one file a partition.
final class OutputFolder {
    /// One partition's file.
    private struct Part {
        let place: TopicPartition
        var size = 0
        var next: Int64 = 0
        var buffer: [UInt8] = []
    }

    private let path: String
    private let clock: any Clock
    private var parts: [Part] = []
    /// Where each partition stands in `parts`, by the number of its topic and its own.
    private var indexes: [[Int32: Int]] = []
    private var isChanged = false
    private var nextSave: Instant

    /// What is buffered for all files together.
    private var waiting = 0

    private static let stateName = "kctl-offsets.json"
    private static let pace = Duration.seconds(1)
    private static let mostWaiting = 8 << 20

    /// Opens the folder, made when it is missing; `isResumed` goes on with what it holds.
    ///
    /// - Throws: `CommandError` when it holds records already and is not to be gone on with.
    init(_ path: String, isResumed: Bool, clock: any Clock) throws(CommandError) {
        self.path = path
        self.clock = clock
        nextSave = clock.now
        do { try Files.makeDirectory(path) } catch {
            throw CommandError(error, doing: "cannot make '\(path)'")
        }
        let state = "\(path)/\(Self.stateName)"
        let bytes: [UInt8]
        do { bytes = try Files.contents(of: state, limit: 1 << 26) } catch {
            if error.isNotFound { return }
            throw CommandError(error, doing: "cannot read '\(state)'")
        }
        guard isResumed else {
            throw CommandError(
                .failure,
                "'\(path)' holds records of an earlier run",
                hint: "--resume goes on with them"
            )
        }
        guard let json = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            let entries = json["files"]?.array
        else { throw CommandError(.badData, "'\(state)' is not what kctl wrote") }
        for entry in entries {
            guard let topic = entry["topic"]?.string, let size = entry["size"]?.count,
                let partition = entry["partition"]?.count, let next = entry["next"]?.count,
                let number = Int32(exactly: partition), !topic.utf8.contains(UInt8(ascii: "/"))
            else { throw CommandError(.badData, "'\(state)' is not what kctl wrote") }
            let place = TopicPartition(topic, number)
            parts.append(Part(place: place, size: size, next: Int64(next)))
            let name = file(of: place)
            do { try Files.cut(name, to: size) } catch {
                throw CommandError(error, doing: "cannot go on with '\(name)'")
            }
        }
    }

    /// Where to go on, by partition.
    var offsets: [TopicPartition: Int64] {
        [TopicPartition: Int64](parts.map { ($0.place, $0.next) }) { $1 }
    }

    /// The topics, by the numbers that `add` gets.
    var topics: [String] = []

    /// Adds a record as it is printed.
    func add(topicIndex: Int, _ partition: Int32, offset: Int64, bytes: RawSpan) {
        let index = index(topicIndex, partition)
        bytes.withUnsafeBytes { parts[index].buffer.append(contentsOf: $0) }
        parts[index].next = offset == .max ? .max : offset + 1
        waiting += bytes.byteCount
        isChanged = true
    }

    /// Whether so much is buffered that it has to be written.
    var isFull: Bool { waiting >= Self.mostWaiting }

    /// Writes what is buffered, and now and then how far it is; always when `isLast`.
    func flush(isLast: Bool = false) throws(CommandError) {
        for index in parts.indices where !parts[index].buffer.isEmpty {
            let name = file(of: parts[index].place)
            do {
                let buffer = parts[index].buffer
                try Descriptor.writing(name, isAppending: true).writeAll(buffer.span.bytes)
            } catch {
                throw CommandError(error, doing: "cannot write '\(name)'")
            }
            parts[index].size += parts[index].buffer.count
            parts[index].buffer.removeAll(keepingCapacity: true)
        }
        waiting = 0
        guard isChanged, isLast || clock.now >= nextSave else { return }
        nextSave = clock.now + Self.pace
        isChanged = false
        let state = "\(path)/\(Self.stateName)"
        do {
            try Files.replace(state, with: Array(line.utf8), isPublic: true, isDurable: true)
        } catch {
            throw CommandError(error, doing: "cannot write '\(state)'")
        }
    }

    private func index(_ topicIndex: Int, _ partition: Int32) -> Int {
        while indexes.count <= topicIndex { indexes.append([:]) }
        if let index = indexes[topicIndex][partition] { return index }
        let place = TopicPartition(topics[topicIndex], partition)
        let index = parts.firstIndex { $0.place == place } ?? parts.count
        if index == parts.count { parts.append(Part(place: place)) }
        indexes[topicIndex][partition] = index
        return index
    }

    private func file(of partition: TopicPartition) -> String {
        "\(path)/\(partition.topic)-\(partition.partition)"
    }

    private var line: String {
        var json = JSONWriter()
        json.beginObject()
        json.key("version")
        json.number(1)
        json.key("files")
        json.beginArray()
        for part in parts.sorted(by: { $0.place < $1.place }) {
            json.beginObject()
            json.key("topic")
            json.string(part.place.topic)
            json.key("partition")
            json.number(part.place.partition)
            json.key("size")
            json.number(part.size)
            json.key("next")
            json.number(part.next)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.text
    }
}

/// Prints records into a folder.
struct FolderSink: RecordSink, ~Copyable {
    private var printer: RecordPrinter
    private let folder: OutputFolder
    private(set) var printed = 0

    init(_ printer: consuming RecordPrinter, into folder: OutputFolder) {
        self.printer = printer
        self.folder = folder
    }

    mutating func addTopic(_ name: String) {
        _ = printer.addTopic(name)
        folder.topics.append(name)
    }

    mutating func take(_ record: borrowing Record) {
        printer.print(record)
        printed += 1
        folder.add(
            topicIndex: record.topicIndex,
            record.partition,
            offset: record.offset,
            bytes: printer.buffer.bytes
        )
        printer.buffer.removeAll()
    }

    var isFull: Bool { folder.isFull }

    mutating func handOn() throws(CommandError) { try folder.flush() }

    var cutNumbers: Int { printer.cutNumbers }
}
