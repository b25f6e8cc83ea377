// Records of a read as they are printed, and blocks of them as they are written.

import CommandKit
import JSON
import KafkaCore
import Output
import Records

extension RecordPrinter {
    /// Writes the block out, and empties it.
    mutating func write(to output: any ByteSink) throws(CommandError) {
        guard !buffer.isEmpty else { return }
        defer { buffer.removeAll() }
        do { try output.write(buffer.bytes) } catch { throw CommandError(error) }
    }

    /// Appends a consumed record.
    mutating func print(_ record: borrowing Record) {
        guard showsMore else { return print(value: record.value) }
        headers.removeAll()
        if showsHeaders { record.forEachHeader { headers.append(name: $0, value: $1) } }
        let (milliseconds, type) = record.timestamp
        let kind: TimestampKind?
        switch type {
        case .create: kind = .create
        case .logAppend: kind = .logAppend
        case .unavailable: kind = nil
        }
        print(
            topic: record.topicIndex,
            partition: record.partition,
            offset: record.offset,
            leaderEpoch: showsLeaderEpoch ? record.leaderEpoch : -1,
            timestamp: kind.map { (milliseconds, $0) },
            key: record.key,
            value: record.value
        )
    }
}
