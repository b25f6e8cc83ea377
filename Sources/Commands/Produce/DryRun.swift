// The records that a run would send, without sending them.

import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Records

/// Reads, partitions and counts.
enum DryRun {
    /// Reads all input and says what would be sent.
    static func count(
        _ request: ProduceRequest,
        _ inputs: consuming InputQueue,
        _ topic: Topic?,
        through connection: Connection,
        in context: Context
    ) throws(CommandError) {
        var feed = InputFeed(
            inputs,
            reader: request.reader,
            fixed: request.fixed(now: context.clock.unixMilliseconds),
            hash: nil
        )
        let name = connection.client.property("partitioner") ?? ""
        let partitioner = Partitioner(rawValue: name)
        var counts: [String: Int] = [:]
        var records = 0
        var bytes = 0
        var bad = 0
        var status: ExitStatus?
        reading: while true {
            switch try feed.advance(limit: Producer.batchSize) {
            case .exhausted: break reading
            case .needsInput:
                let new = try feed.read()
                guard request.reports.isTee, !new.isEmpty else { continue }
                do { try context.output.sink.write(feed.block.bytes.extracting(new)) } catch {
                    throw CommandError(error)
                }
            case .batch:
                for refusal in feed.batch.refusals {
                    bad += 1
                    let error = CommandError(refusal, at: feed.inputs)
                    if status == nil { status = error.status }
                    if bad <= ProduceRun.shownFailures { context.report(error) }
                }
                for record in feed.batch.records {
                    records += request.copies
                    bytes += record.size * request.copies
                    let place = Self.place(of: record, topic, partitioner, feed)
                    counts[place, default: 0] += request.copies
                }
            }
        }
        let places = counts.keys.sorted {
            $0.utf8.count == $1.utf8.count ? $0 < $1 : $0.utf8.count < $1.utf8.count
        }
        .map { "\($0): \(counts[$0] ?? 0)" }
        let list = places.isEmpty ? "" : " (" + places.joined(separator: ", ") + ")"
        context.note(
            "would send \(counted(records, "record")), \(counted(bytes, "byte"))\(list)"
        )
        if bad > 0 {
            context.note("would refuse \(counted(bad, "record"))")
            throw .reported(status ?? .failure)
        }
    }

    private static func place(
        of record: RecordSlice,
        _ topic: Topic?,
        _ partitioner: Partitioner?,
        _ feed: borrowing InputFeed
    ) -> String {
        guard let topic else { return "topic '\(feed.batch.topics[record.topic])'" }
        if let partition = record.partition { return "partition \(partition)" }
        guard let key = record.key else {
            let free = partitioner?.partition(of: nil, count: Int32(topic.partitions.count))
            return free.map { "partition \($0)" } ?? "any partition"
        }
        let count = Int32(topic.partitions.count)
        let chosen: Int32?
        switch key.place {
        case .input:
            let bytes = feed.block.bytes.extracting(key.range)
            chosen = partitioner?.partition(of: bytes, count: count)
        case .made:
            let bytes = feed.batch.made.bytes.extracting(key.range)
            chosen = partitioner?.partition(of: bytes, count: count)
        }
        return chosen.map { "partition \($0)" } ?? "any partition"
    }
}
