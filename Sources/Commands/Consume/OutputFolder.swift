// One file a partition, and how far each has come, so that a later run goes on from there.
//
// 1. The file of offsets is written after the records before those offsets are. What a run that was
//    killed wrote behind them is cut off by the next, which reads it again.

import JSON
import KafkaCore
import Reactor

/// A folder of records, one file a partition.
final class OutputFolder {
    /// One partition's file.
    private struct Part {
        var size: Int
        var next: Int64
        var buffer: [UInt8] = []
    }

    private let path: String
    private let clock: any Clock
    private var parts: [TopicPartition: Part] = [:]
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
        do { bytes = try Descriptor.reading(state).readAll(limit: 1 << 26) } catch {
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
            guard let topic = entry["topic"]?.string, let partition = entry["partition"]?.int64,
                let size = entry["size"]?.int64, let next = entry["next"]?.int64,
                let number = Int32(exactly: partition), size >= 0, next >= 0
            else { throw CommandError(.badData, "'\(state)' is not what kctl wrote") }
            let place = TopicPartition(topic, number)
            parts[place] = Part(size: Int(size), next: next)
            let name = file(of: place)
            do { try Files.cut(name, to: Int(size)) } catch {
                throw CommandError(error, doing: "cannot go on with '\(name)'")
            }
        }
    }

    /// Where to go on, by partition.
    var offsets: [TopicPartition: Int64] { parts.mapValues(\.next) }

    /// Adds a record as it is printed.
    func add(_ partition: TopicPartition, offset: Int64, bytes: RawSpan) {
        bytes.withUnsafeBytes {
            parts[partition, default: Part(size: 0, next: 0)].buffer.append(contentsOf: $0)
        }
        parts[partition]?.next = offset == .max ? .max : offset + 1
        waiting += bytes.byteCount
        isChanged = true
    }

    /// Whether so much is buffered that it has to be written.
    var isFull: Bool { waiting >= Self.mostWaiting }

    /// Writes what is buffered, and now and then how far it is; always when `isLast`.
    func flush(isLast: Bool = false) throws(CommandError) {
        for (partition, part) in parts where !part.buffer.isEmpty {
            let name = file(of: partition)
            do {
                try Descriptor.writing(name, isAppending: true).writeAll(part.buffer.span.bytes)
            } catch {
                throw CommandError(error, doing: "cannot write '\(name)'")
            }
            parts[partition]?.size += part.buffer.count
            parts[partition]?.buffer.removeAll(keepingCapacity: true)
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
        for (partition, part) in parts.sorted(by: { $0.key < $1.key }) {
            json.beginObject()
            json.key("topic")
            json.string(partition.topic)
            json.key("partition")
            json.number(partition.partition)
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
