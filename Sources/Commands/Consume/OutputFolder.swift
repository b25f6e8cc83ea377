// One file for each partition, with its progress, so that a later run continues from there.
//
// 1. One process at a time has the folder; its lock ends with it.
// 2. The state names a file before the first byte is written into it, and counts bytes only when
//    they are on the disk. What is behind them is cut off by the next run, which reads it again.
// 3. After a write that failed nothing more is written: what is in the file is not known any more.
// 4. A topic's name becomes part of a path only when it is one that Kafka allows.
// 5. After a read of the newest records the state has the end of every partition, of which none may
//    have been printed: what a later run adds is newer.

import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import ReadEngine

/// A folder of records, one file a partition.
final class OutputFolder {
    /// One partition's file.
    private struct Part {
        /// The entry in the state on the disk.
        var saved: FolderState.Entry
        /// True when the state names the file.
        var isNamed = false
        var size: Int
        var next: Int64
        var last = RecordCopy()
        var buffer: [UInt8] = []
        /// True when something was written since the state was saved.
        var isChanged = false

        var place: TopicPartition { saved.place }

        init(_ entry: FolderState.Entry) {
            saved = entry
            size = entry.size
            next = entry.next
        }
    }

    let path: String
    private let clock: any Clock
    private let lock: FolderLock
    private var parts: [Part] = []
    /// The index of each partition in `parts`, by the number of its topic and its own.
    private var indexes: [[Int32: Int]] = []
    private var nextSave: Instant
    private var hasFailed = false
    /// The options that the records in the files are printed with.
    private var options: FolderOptions

    /// The number of bytes buffered for all files together.
    private var waiting = 0

    private static let stateName = "kctl-offsets.json"
    private static let lockName = "kctl.lock"
    private static let pace = Duration.seconds(1)
    private static let mostWaiting = 8 << 20

    private var statePath: String { "\(path)/\(Self.stateName)" }

    /// The ids of topics, as far as they are known.
    private var topicIDs: [String: String] = [:]

    /// The topics, by the numbers that `add` gets.
    var topics: [String] = []

    /// Opens the folder, made when it is missing; `isResumed` goes on with what it holds, which
    /// `mayResume` says to be possible.
    ///
    /// - Throws: `CommandError` when another process has it, when it holds records already and is not
    ///   to be continued, when these were printed by other options, and when its files are not those
    ///   that its state names.
    init(
        _ path: String,
        _ options: FolderOptions,
        isResumed: Bool,
        mayResume: Bool = true,
        clock: any Clock
    ) throws(CommandError) {
        self.path = path
        self.options = options
        self.clock = clock
        nextSave = clock.now
        do { try Files.makeDirectory(path) } catch {
            throw CommandError(error, doing: "cannot create '\(path)'")
        }
        let lockPath = "\(path)/\(Self.lockName)"
        do { lock = try FolderLock(lockPath) } catch {
            guard error.isWouldBlock else {
                throw CommandError(error, doing: "cannot lock '\(lockPath)'")
            }
            let holder = FolderLock.holder(of: lockPath).map { " (process \($0))" } ?? ""
            throw CommandError(
                .failure,
                "another kctl is writing to '\(path)'\(holder)",
                hint: "wait for it to exit, or use another folder"
            )
        }
        // Also removes the files of a killed run beside the state.
        do { try Files.checkPlace(statePath) } catch {
            throw CommandError(error, doing: "cannot write '\(statePath)'")
        }
        try resume(isResumed, mayResume: mayResume)
    }

    /// True when the offsets to continue at are known.
    var hasBegun: Bool { !parts.isEmpty }

    /// The offsets to continue at, by partition.
    var offsets: [TopicPartition: Int64] {
        [TopicPartition: Int64](parts.map { ($0.place, $0.next) }) { $1 }
    }

    /// Refuses topics whose names cannot be those of files, and those that are not the ones of which
    /// the files hold records.
    func check(_ topics: [Topic], through connection: Connection) throws(CommandError) {
        for topic in topics { _ = try file(of: TopicPartition(topic.name, 0)) }
        let names = topics.map(\.name)
        topicIDs = connection.access.topicIDs(of: names, within: connection.timeout)
        let entries = parts.map(\.saved).filter { names.contains($0.place.topic) }
        try ResumedTopics(entries, ids: topicIDs, through: connection).check(in: path)
        // A group says where it begins when it does.
        try save()
    }

    /// Refuses topics of which the folder holds nothing, where only its newest records are known.
    func refuseNew(_ names: [Topic]) throws(CommandError) {
        let known = Set(parts.map(\.place.topic))
        guard let new = names.first(where: { !known.contains($0.name) }) else { return }
        throw CommandError(
            .usage,
            "'\(path)' was started with --last and without topic '\(new.name)'",
            hint: "use another folder, or leave out --last to read the whole topic",
            topic: new.name
        )
    }

    /// Takes note where partitions begin, and keeps it, before the first record comes.
    func begin(_ reads: [PartitionRead]) throws(CommandError) {
        for read in reads {
            guard let first = read.first else { continue }
            if parts.contains(where: { $0.place == read.partition }) { continue }
            parts.append(Part(.init(place: read.partition, next: first)))
        }
        for index in parts.indices {
            parts[index].saved.topicID = topicIDs[parts[index].place.topic]
        }
        try save()
    }

    /// Adds the newest records of partitions that have been read to their ends, behind which a later
    /// run goes on.
    ///
    /// `lasts`: the last record of each that is known.
    func add(
        _ newest: [TailCollector.Kept],
        of reads: [PartitionRead],
        lasts: [TopicPartition: RecordCopy]
    ) throws(CommandError) {
        // Until the records count, a later run begins with the first of them.
        var firsts: [TopicPartition: Int64] = [:]
        for kept in newest {
            let place = TopicPartition(topics[kept.topicIndex], kept.partition)
            firsts[place] = min(firsts[place] ?? .max, kept.offset)
        }
        try begin(
            reads.map { read in
                let first = firsts[read.partition] ?? read.end ?? 0
                return PartitionRead(partition: read.partition, start: .at(first))
            }
        )
        for kept in newest {
            let (topic, bytes) = (kept.topicIndex, kept.bytes.span.bytes)
            add(topicIndex: topic, kept.partition, offset: kept.offset, bytes: bytes)
        }
        for read in reads {
            guard let index = parts.firstIndex(where: { $0.place == read.partition }) else {
                continue
            }
            parts[index].next = max(parts[index].next, read.end ?? 0)
            if let last = lasts[read.partition] { parts[index].last = last }
            parts[index].isChanged = true
        }
        try flush(isLast: true)
    }

    /// Adds a record as it is printed.
    func add(_ record: borrowing Record, bytes: RawSpan) {
        let index = add(
            topicIndex: record.topicIndex,
            record.partition,
            offset: record.offset,
            bytes: bytes
        )
        parts[index].last.replace(with: record)
    }

    /// Adds a record of which only the printed form is left.
    @discardableResult
    private func add(topicIndex: Int, _ partition: Int32, offset: Int64, bytes: RawSpan) -> Int {
        let index = index(topicIndex, partition, offset)
        bytes.withUnsafeBytes { parts[index].buffer.append(contentsOf: $0) }
        parts[index].next = max(parts[index].next, offset == .max ? .max : offset + 1)
        parts[index].isChanged = true
        waiting += bytes.byteCount
        return index
    }

    /// True when so much is buffered that it has to be written.
    var isFull: Bool { waiting >= Self.mostWaiting }

    /// Writes what is buffered, and now and then how far it is; always when `isLast`.
    ///
    /// - Returns: true when all that was added counts.
    @discardableResult
    func flush(isLast: Bool = false) throws(CommandError) -> Bool {
        guard !hasFailed, parts.contains(where: \.isChanged) else { return !hasFailed }
        hasFailed = true
        if parts.contains(where: { !$0.isNamed }) { try save() }
        for index in parts.indices where !parts[index].buffer.isEmpty { try write(index) }
        waiting = 0
        hasFailed = false
        guard isLast || clock.now >= nextSave else { return false }
        hasFailed = true
        let start = clock.now
        for index in parts.indices where parts[index].isChanged { try count(index) }
        try save()
        // A disk that takes its time is not kept busy with this.
        nextSave = clock.now + max(Self.pace, (clock.now - start) * 10)
        hasFailed = false
        return true
    }

    /// Appends what is buffered of one partition to its file.
    private func write(_ index: Int) throws(CommandError) {
        let name = try file(of: parts[index].place)
        let size: Int?
        do throws(ReactorError) {
            let file = try Descriptor.writing(name, isAppending: true)
            size = file.size
            let buffer = parts[index].buffer
            if size == parts[index].size { try file.writeAll(buffer.span.bytes) }
        } catch {
            throw CommandError(error, doing: "cannot write '\(name)'")
        }
        guard size == parts[index].size else {
            throw CommandError(.failure, "'\(name)' was changed by another program")
        }
        parts[index].size += parts[index].buffer.count
        parts[index].buffer.removeAll(keepingCapacity: true)
    }

    /// Has what was written of one partition on the disk, so that it counts.
    private func count(_ index: Int) throws(CommandError) {
        let name = try file(of: parts[index].place)
        do throws(ReactorError) {
            // No file is made for a partition of which nothing is written.
            if parts[index].size > 0 {
                try Descriptor.writing(name, isAppending: true).synchronise()
            }
        } catch {
            throw CommandError(error, doing: "cannot write '\(name)'")
        }
        parts[index].isChanged = false
        parts[index].saved.size = parts[index].size
        parts[index].saved.next = parts[index].next
        if let last = parts[index].last.fingerprint { parts[index].saved.last = last }
    }

    /// Writes the state.
    private func save() throws(CommandError) {
        var state = FolderState()
        state.entries = parts.map(\.saved)
        state.options = options
        do {
            try Files.replace(statePath, with: state.text, isPublic: true, isDurable: true)
        } catch {
            throw CommandError(error, doing: "cannot write '\(statePath)'")
        }
        for index in parts.indices { parts[index].isNamed = true }
    }

    private func index(_ topicIndex: Int, _ partition: Int32, _ offset: Int64) -> Int {
        while indexes.count <= topicIndex { indexes.append([:]) }
        if let index = indexes[topicIndex][partition] { return index }
        let place = TopicPartition(topics[topicIndex], partition)
        let index = parts.firstIndex { $0.place == place } ?? parts.count
        if index == parts.count {
            let id = topicIDs[place.topic]
            parts.append(Part(.init(place: place, topicID: id, next: offset)))
        }
        indexes[topicIndex][partition] = index
        return index
    }

    /// Returns the path of a partition's file.
    private func file(of partition: TopicPartition) throws(CommandError) -> String {
        guard TopicName.isValid(partition.topic[...]) else {
            throw CommandError(
                .failure,
                "'\(partition.topic)' is neither a topic name nor a file name",
                topic: partition.topic
            )
        }
        return "\(path)/\(partition.topic)-\(partition.partition)"
    }
}

// MARK: Going on

extension OutputFolder {
    /// Goes on with what an earlier run has left, or sees that there is none.
    private func resume(_ isResumed: Bool, mayResume: Bool) throws(CommandError) {
        let bytes: [UInt8]?
        do { bytes = try Files.contents(of: statePath, limit: 1 << 26) } catch {
            guard error.isNotFound else {
                throw CommandError(error, doing: "cannot read '\(statePath)'")
            }
            bytes = nil
        }
        let names: [String]
        do { names = try Files.names(in: path) } catch {
            throw CommandError(error, doing: "cannot read '\(path)'")
        }
        let data = names.filter(Self.isData).sorted()
        guard let bytes else {
            guard let first = data.first else { return }
            throw CommandError(
                .failure,
                "'\(path)' has '\(first)' but no \(Self.stateName)",
                hint: "use an empty folder"
            )
        }
        guard let state = FolderState(bytes) else {
            throw CommandError(.badData, "'\(statePath)' is not a state file of kctl")
        }
        guard isResumed || data.isEmpty && state.entries.allSatisfy({ $0.size == 0 }) else {
            throw CommandError(
                .failure,
                "'\(path)' has records of an earlier run",
                hint: mayResume
                    ? "--resume continues it"
                    : "use another folder; a group starts at its committed offsets"
            )
        }
        guard isResumed else { return }
        if let written = state.options {
            try options.check(from: written, hasBegun: !state.entries.isEmpty, in: path)
            // Where it was begun is said once.
            options = written
        }
        let known = Set(state.entries.map { "\($0.place.topic)-\($0.place.partition)" })
        if let stranger = data.first(where: { !known.contains($0) }) {
            throw CommandError(
                .failure,
                "'\(path)' has '\(stranger)', which is not in \(Self.stateName)",
                hint: "move the file away"
            )
        }
        for entry in state.entries {
            let name = try file(of: entry.place)
            do { try Files.cut(name, to: entry.size) } catch {
                throw CommandError(
                    .failure,
                    "cannot continue '\(name)', \(counted(entry.size, "byte")) in"
                        + " \(Self.stateName): \(error.reason)"
                )
            }
            parts.append(Part(entry))
        }
    }

    /// Returns true when a file's name may be that of a partition's file.
    private static func isData(_ name: String) -> Bool {
        guard let dash = name.lastIndex(of: "-") else { return false }
        let number = name[name.index(after: dash)...]
        return !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber }
            && TopicName.isValid(name[..<dash])
    }
}
