// The newest records of all partitions: their tails are read in rounds, and printed in the end.

import CommandKit
import KafkaCore
import Output
import ReadEngine
import Records

/// Reads the tails of partitions, and prints the newest records.
struct TailReading: RecordReading, ~Copyable {
    let reading: ReadLoop
    private var sink: Sink
    private var tails: TailRead
    private let output: any ByteSink
    private let folder: OutputFolder?

    private struct Sink: ~Copyable {
        var tail: TailSink
        var selection: RecordSelection
        /// The last record of each partition, whether it is wanted or not; nil where no folder needs it.
        var lasts: [Int: RecordCopy]?

        mutating func take(_ record: borrowing Record) -> Bool {
            if selection.wants(record) { tail.take(record) }
            enterLast(record)
            return true
        }

        private mutating func enterLast(_ record: borrowing Record) {
            guard lasts != nil else { return }
            let key = record.topicIndex << 32 | Int(record.partition)
            // Later rounds read what lies before.
            guard record.offset > lasts?[key]?.offset ?? -1 else { return }
            lasts?[key, default: RecordCopy()].replace(with: record)
        }
    }

    /// `folder`: where the records go in place of `output`.
    init(
        _ reading: ReadLoop,
        _ sink: consuming TailSink,
        _ selection: RecordSelection,
        of tails: TailRead,
        to output: any ByteSink,
        or folder: OutputFolder?
    ) {
        self.reading = reading
        self.output = output
        self.folder = folder
        self.sink = Sink(tail: sink, selection: selection, lasts: folder.map { _ in [:] })
        self.tails = tails
    }

    mutating func readAll() throws(CommandError) -> ReadEnd {
        var found: [TopicPartition: Int] = [:]
        while true {
            let round = tails.next { found[$0] ?? 0 }
            if round.isEmpty { break }
            reading.reader.read(round)
            let end = try readRound()
            guard case .complete = end else { return end }
            for read in round {
                found[read.partition] = sink.tail.tail.count(
                    topicIndex: reading.reader.topics.firstIndex(of: read.partition.topic) ?? -1,
                    partition: read.partition.partition
                )
            }
        }
        try write()
        return .complete
    }

    private mutating func write() throws(CommandError) {
        guard let folder else { return try sink.tail.print(to: output) }
        var lasts: [TopicPartition: RecordCopy] = [:]
        for (key, last) in sink.lasts ?? [:] {
            let partition = Int32(truncatingIfNeeded: key & 0xffff_ffff)
            lasts[TopicPartition(folder.topics[key >> 32], partition)] = last
        }
        let reads = tails.reads
        try sink.tail.take { newest throws(CommandError) in
            try folder.add(newest, of: reads, lasts: lasts)
        }
    }

    private mutating func readRound() throws(CommandError) -> ReadEnd {
        while true {
            for name in reading.takeTopics() {
                sink.tail.addTopic(name)
                folder?.topics.append(name)
                sink.selection.addTopic(name)
            }
            for _ in 0..<100 {
                guard reading.take(into: &sink, { $1.take($0) }) > 0 else { break }
            }
            if let end = try reading.turn() { return end }
        }
    }

    var tally: ReadTally {
        let topics = reading.reader.topics
        var shown: [TopicPartition: ReadSummary.ShownPart] = [:]
        for item in reading.reader.progress.all {
            let place = TopicPartition(topics[item.topicIndex], item.partition)
            shown[place] = sink.tail.shown(topicIndex: item.topicIndex, item.partition)
        }
        return ReadTally(
            printed: sink.tail.printed,
            written: sink.tail.printed,
            filteredOut: sink.selection.filteredOut,
            cutNumbers: sink.tail.cutNumbers,
            tail: shown
        )
    }
}
