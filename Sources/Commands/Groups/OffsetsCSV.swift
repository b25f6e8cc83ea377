// Offsets as comma-separated values, in the forms of kafka-consumer-groups.
// `topic,partition,offset` for one group, `group,topic,partition,offset` for several, as its
// --export writes and its --from-file reads.

import CommandKit
import JSON
import KafkaCore
import Records

/// Lines of offsets.
enum OffsetsCSV {
    /// Returns the offsets for `group` that the text holds; the first line decides which form it
    /// has.
    ///
    /// Lines of other groups are skipped, and empty lines.
    /// - Throws: `CommandError` of status `badData` with file, line and column.
    static func offsets(
        in bytes: [UInt8],
        path: String,
        for group: String
    ) throws(CommandError) -> [PartitionOffset] {
        let input = bytes.span.bytes
        var offsets: [PartitionOffset] = []
        var places: [TopicPartition: Int] = [:]
        var width: Int?
        var (line, start) = (0, 0)
        while start < bytes.count {
            line += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let row = start..<(end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end)
            start = end + 1
            if row.isEmpty { continue }
            let fields: [String]
            do throws(CSVFault) { fields = try Self.fields(row, of: input) } catch {
                throw bad(path, line, error.reason, column: error.column)
            }
            let count = width ?? fields.count
            width = count
            guard count == 3 || count == 4 else {
                throw bad(
                    path,
                    line,
                    "expected TOPIC,PARTITION,OFFSET or GROUP,TOPIC,PARTITION,OFFSET"
                )
            }
            guard fields.count == count else {
                let fields = counted(fields.count, "field")
                throw bad(path, line, "\(fields), the first line has \(count)")
            }
            let own = fields.suffix(3).map { $0 }
            guard let number = Int32(own[1]), number >= 0 else {
                throw bad(path, line, "'\(own[1])' is not a partition number")
            }
            guard let offset = Int64(own[2]), offset >= 0 else {
                throw bad(path, line, "'\(own[2])' is not an offset")
            }
            if count == 4, fields[0] != group { continue }
            let partition = TopicPartition(own[0], number)
            if let before = places.updateValue(line, forKey: partition) {
                throw bad(path, line, "repeats the partition of line \(before)")
            }
            offsets.append(PartitionOffset(partition, offset))
        }
        return offsets
    }

    /// Returns a line with its end; `group` is left out of files of one group.
    static func line(_ group: String?, _ offset: PartitionOffset) -> String {
        let start = group.map { quoted($0) + "," } ?? ""
        let partition = offset.partition
        return start + "\(quoted(partition.topic)),\(partition.partition),\(offset.offset)\n"
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    private static func fields(_ row: Range<Int>, of input: RawSpan) throws(CSVFault) -> [String] {
        var batch = RecordBatch()
        let fields = try CSVFields(row, of: input, UInt8(ascii: ","), into: &batch).fields
        return fields.map { String(decoding: batch.bytes(of: $0, input), as: UTF8.self) }
    }

    private static func bad(
        _ path: String,
        _ line: Int,
        _ reason: String,
        column: Int? = nil
    ) -> CommandError {
        let place = column.map { ":\($0)" } ?? ""
        return CommandError(.badData, "\(path):\(line)\(place): \(reason)")
    }
}
