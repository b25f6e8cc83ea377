// The command topic: read from its first record to its end, and written.

import CommandKit
import KafkaCore
import Output
import Reactor
import ReadEngine
import SendEngine

/// A record of the command topic.
struct CommandRecord {
    let partition: Int32
    let offset: Int64
    let key: [UInt8]?
    let value: [UInt8]?
    /// The content of the header `ChannelCommand.maskHeader`; nil without it.
    let extendedMask: String?

    init(_ record: borrowing Record) {
        partition = record.partition
        offset = record.offset
        if let bytes = record.key {
            key = bytes.withUnsafeBytes { Array($0) }
        } else {
            key = nil
        }
        if let bytes = record.value {
            value = bytes.withUnsafeBytes { Array($0) }
        } else {
            value = nil
        }
        var mask: String?
        record.forEachHeader { name, value in
            let name = name.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            guard name == ChannelCommand.maskHeader else { return }
            mask = ""
            guard let value else { return }
            mask = value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        extendedMask = mask
    }
}

extension ChannelList {
    /// Enters a record, as `enter` does.
    mutating func enter(_ record: CommandRecord) throws(CommandRecordError) {
        let value = record.value
        let mask = record.extendedMask
        guard let key = record.key else {
            return try enter(key: nil, value: nil, extendedMask: mask)
        }
        if let value {
            try enter(key: key.span.bytes, value: value.span.bytes, extendedMask: mask)
        } else {
            try enter(key: key.span.bytes, value: nil, extendedMask: mask)
        }
    }
}

/// A command topic.
struct CommandTopic {
    let name: String
    let connection: Connection

    /// The name that epics2kafka uses.
    static let standardName = "epics-channels"

    private enum Source { case records, outcomes }

    // MARK: Reading

    /// Reads all records that there are, in the order of each partition.
    ///
    /// The ends are those of the beginning, and are reached by position: offsets without a record,
    /// which compaction leaves, hold nothing up.
    func records() throws(CommandError) -> [CommandRecord] {
        let topic = try connection.topic(name)
        let access = ClusterAccess(
            connection.client,
            timeout: connection.timeout,
            clock: connection.clock
        )
        do throws(ReaderError) {
            let plan = try ReadPlan(
                [topic],
                ReadPlan.Request(
                    range: { _ in ReadRange(from: .earliest(plus: 0)) },
                    stopsAtEnd: true
                ),
                through: access
            )
            var request = ReadRequest([topic], .partitions(plan.reads), isBounded: true)
            request.watchesTopics = false
            return try read(request, through: access)
        } catch {
            throw failure(error)
        }
    }

    private func read(
        _ request: ReadRequest,
        through access: ClusterAccess
    ) throws(ReaderError) -> [CommandRecord] {
        var reader = try Reader(request, through: access, raising: wakeup())
        var loop = Loop<Source>(clock: connection.clock)
        loop.watch(reader.descriptor, for: .readable, as: .records)
        var records: [CommandRecord] = []
        var lastArrival = connection.clock.now
        while true {
            let count = reader.take(into: &records) { record, records in
                records.append(CommandRecord(record))
                return true
            }
            if count > 0 { lastArrival = connection.clock.now }
            reader.settle()
            _ = try reader.step()
            if reader.hasEnded { break }
            let limit = lastArrival + reader.silence
            guard connection.clock.now < limit else {
                throw .cluster(KafkaError(.timedOut, "no records for too long"))
            }
            do {
                try loop.wait(
                    until: reader.mayHaveMore
                        ? connection.clock.now : min(reader.deadline, limit)
                )
            } catch {
                throw .cluster(KafkaError(.other, error.reason))
            }
        }
        reader.close()
        return records
    }

    private func wakeup() throws(ReaderError) -> Wakeup {
        do { return try Wakeup() } catch { throw .cluster(KafkaError(.other, error.reason)) }
    }

    private func failure(_ error: ReaderError) -> CommandError {
        switch error {
        case .cluster(let error), .topic(let error, _), .partition(let error, _):
            CommandError(error, topic: name, on: connection.servers)
        case .topicGone:
            CommandError(.notFound, "topic '\(name)' was deleted", topic: name)
        case .corrupt(let error, let partition, let offset):
            CommandError(
                .badData,
                "partition \(partition.partition) of '\(name)', offset \(offset): \(error.reason)",
                topic: name
            )
        case .outOfRange, .noCommittedOffset, .missingPartition, .impossiblePartition,
            .topicReplaced, .group, .committedOffsets, .assignment:
            CommandError(.failure, "cannot read topic '\(name)'", topic: name)
        }
    }
}
