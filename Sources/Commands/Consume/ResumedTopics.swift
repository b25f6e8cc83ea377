// A check that the topics of a continued output folder are those that its files are of.
//
// The id decides where library and broker report it, and it was known when the state was written.
// Else the last record that the files hold is read again, of some partitions: a topic is recreated
// as a whole. A record that no longer exists proves nothing, but for an end before it.

import CommandKit
import KafkaCore
import Reactor

/// The files that a run continues, and the topics as they are now.
struct ResumedTopics {
    private let entries: [FolderState.Entry]
    private let ids: [String: String]
    private let connection: Connection

    /// The largest number of partitions of a topic that are compared.
    private static let most = 8

    init(_ entries: [FolderState.Entry], ids: [String: String], through connection: Connection) {
        self.entries = entries
        self.ids = ids
        self.connection = connection
    }

    /// Throws `CommandError` when a topic is not the one that it was; `path` is the folder.
    func check(in path: String) throws(CommandError) {
        var unsure: [FolderState.Entry] = []
        for entry in entries.sorted(by: { $0.place < $1.place }) {
            guard let old = entry.topicID, let new = ids[entry.place.topic] else {
                unsure.append(entry)
                continue
            }
            guard old == new else { throw remade(entry.place, path, "its topic id changed") }
        }
        unsure = unsure.filter { $0.next > 0 }
        guard !unsure.isEmpty else { return }
        let places = unsure.map(\.place)
        let firsts = try known(.earliest, of: places)
        let ends = try known(.latest, of: places)
        var asked: [TopicPartition: RecordFingerprint] = [:]
        var counts: [String: Int] = [:]
        for entry in unsure {
            guard let last = entry.last, last.offset >= firsts[entry.place] ?? 0,
                last.offset < ends[entry.place] ?? .max,
                counts[entry.place.topic] ?? 0 < Self.most
            else { continue }
            counts[entry.place.topic, default: 0] += 1
            asked[entry.place] = last
        }
        let found = try read(asked)
        for (place, record) in found.sorted(by: { $0.key < $1.key }) where record != asked[place] {
            // A later one is there when compaction has taken this one away.
            guard record.offset == asked[place]?.offset else { continue }
            throw remade(
                place,
                path,
                "offset \(record.offset) of partition \(place.partition) has another record"
            )
        }
        for entry in unsure where found[entry.place] == nil {
            guard let end = ends[entry.place], end < entry.next else { continue }
            throw remade(
                entry.place,
                path,
                "partition \(entry.place.partition) ends at offset \(end), after offset \(entry.next) was read"
            )
        }
    }

    private func remade(_ place: TopicPartition, _ path: String, _ sign: String) -> CommandError {
        CommandError(
            .failure,
            "topic '\(place.topic)' was deleted and recreated since '\(path)' was written (\(sign))",
            hint: "use another folder for the new topic",
            topic: place.topic
        )
    }

    private func known(
        _ time: OffsetTime,
        of places: [TopicPartition]
    ) throws(CommandError) -> [TopicPartition: Int64] {
        var known: [TopicPartition: Int64] = [:]
        for answer in try connection.offsets(of: places, at: time) {
            if let offset = answer.offset { known[answer.partition] = offset }
        }
        return known
    }

    /// Reads one record of each of these partitions, at the offsets of these fingerprints.
    private func read(
        _ asked: [TopicPartition: RecordFingerprint]
    ) throws(CommandError) -> [TopicPartition: RecordFingerprint] {
        guard !asked.isEmpty else { return [:] }
        let wakeup = try connection.makeWakeup()
        var consumer = Consumer(connection.client)
        consumer.raise(wakeup)
        var loop = Loop<Int>(clock: connection.clock)
        loop.watch(wakeup.number, for: .readable, as: 0)
        var topics: [String] = []
        for (place, record) in asked.sorted(by: { $0.key < $1.key }) {
            if !topics.contains(place.topic) { topics.append(place.topic) }
            consumer.know(place.topic)
            do { try consumer.start(place, at: .at(record.offset)) } catch {
                throw CommandError(error, topic: place.topic, on: connection.servers)
            }
        }
        var found: [TopicPartition: RecordFingerprint] = [:]
        var silent = Set(asked.keys)
        let deadline = connection.clock.now + connection.timeout
        while !silent.isEmpty, connection.clock.now < deadline {
            wakeup.clear()
            var copy = RecordCopy()
            let count = consumer.take(upTo: 1) { record in
                guard topics.indices.contains(record.topicIndex) else { return true }
                let place = TopicPartition(topics[record.topicIndex], record.partition)
                guard silent.remove(place) != nil, !record.isError else { return true }
                copy.replace(with: record)
                found[place] = copy.fingerprint
                return true
            }
            for place in asked.keys where !silent.contains(place) { consumer.stop(place) }
            if count > 0 { continue }
            let next = connection.client.nextServe(after: connection.clock.now) ?? deadline
            do { try loop.wait(until: min(deadline, next)) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            connection.client.serve()
        }
        return found
    }
}
