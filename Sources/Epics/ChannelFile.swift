// Files of channels: lines of epics2kafka in both its forms, and JSON lines.
//
//     {"topic":"T","channel":"C"}={"mask":"va"}       as list-monitored prints it; null removes
//     C|T|va|K                                        the key may be absent
//     {"channel":"C","topic":"T","mask":"va"}         one object a line

import CommandKit
import JSON

/// A line of a file: a command, or the removal of one.
enum ChannelEntry: Equatable {
    case set(ChannelCommand)
    case unset(ChannelIdentity)

    var identity: ChannelIdentity {
        switch self {
        case .set(let command): command.identity
        case .unset(let identity): identity
        }
    }
}

/// Reads files of channels.
enum ChannelFile {
    /// Reads every line; empty lines and those that begin with `#` are passed over.
    ///
    /// - Throws: `CommandError` of status `badData` with the file and the line.
    static func entries(_ text: [UInt8], path: String) throws(CommandError) -> [ChannelEntry] {
        var entries: [ChannelEntry] = []
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
            guard let line = String(validating: bytes, as: UTF8.self) else {
                throw CommandError(.badData, "\(path):\(index + 1): not UTF-8")
            }
            guard let first = line.first(where: { $0 != " " && $0 != "\t" }), first != "#" else {
                continue
            }
            do throws(CommandRecordError) { entries.append(try entry(line)) } catch {
                throw CommandError(.badData, "\(path):\(index + 1): \(error.reason)")
            }
        }
        return entries
    }

    private static func entry(_ line: String) throws(CommandRecordError) -> ChannelEntry {
        guard line.first == "{" else { return .set(try columns(line)) }
        let bytes = line.utf8Span.span.bytes
        var reader = JSONReader(bytes)
        do throws(JSONError) { _ = try reader.rawValue() } catch {
            throw CommandRecordError("byte \(error.offset): \(error.reason)")
        }
        let end = reader.offset
        guard end < bytes.byteCount, bytes.unsafeLoad(fromByteOffset: end, as: UInt8.self) == 0x3d
        else { return .set(try object(line)) }
        let identity = try ChannelIdentity(key: bytes.extracting(0..<end))
        let value = bytes.extracting(end + 1..<bytes.byteCount)
        let isNull = value.withUnsafeBytes { Array($0) } == Array("null".utf8)
        return isNull
            ? .unset(identity)
            : .set(try ChannelCommand(identity, value: value, extendedMask: nil))
    }

    /// Reads `channel|topic|mask|outkey`.
    private static func columns(_ line: String) throws(CommandRecordError) -> ChannelCommand {
        let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard (3...4).contains(parts.count), !parts[0].isEmpty, !parts[1].isEmpty else {
            throw CommandRecordError(
                "neither JSON nor CHANNEL|TOPIC|MASK with an optional |OUTKEY"
            )
        }
        guard let mask = MonitorMask(letters: parts[2]) else {
            throw CommandRecordError("the mask '\(parts[2])' is not of the letters v, a, l and p")
        }
        let outkey = parts.count == 4 && !parts[3].isEmpty ? parts[3] : nil
        return ChannelCommand(channel: parts[0], topic: parts[1], mask: mask, outkey: outkey)
    }

    /// Reads an object as `list-monitored --json` prints it.
    private static func object(_ line: String) throws(CommandRecordError) -> ChannelCommand {
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: line) } catch {
            throw CommandRecordError("byte \(error.offset): \(error.reason)")
        }
        guard let channel = json["channel"]?.string, !channel.isEmpty else {
            throw CommandRecordError("no 'channel'")
        }
        guard let topic = json["topic"]?.string, !topic.isEmpty else {
            throw CommandRecordError("no 'topic'")
        }
        guard let letters = json["mask"]?.string, let mask = MonitorMask(letters: letters) else {
            throw CommandRecordError("'mask' is not of the letters v, a, l and p")
        }
        return ChannelCommand(
            channel: channel,
            topic: topic,
            mask: mask,
            outkey: json["outkey"]?.string
        )
    }
}
