// A command that monitors a channel, as a record of the command topic and back.
//
// 1. The key's bytes identify a command: compaction compares them. They are written as epics2kafka
//    writes them.
// 2. epics2kafka refuses JSON with members that it does not know: what it does not have goes into
//    headers.

import JSON
import KafkaCore

/// The channel and the topic that its events go to.
enum ChannelIdentity: Hashable, Sendable {
    /// As written since epics2kafka 0.4: the same channel may go to several topics.
    case pair(channel: String, topic: String)
    /// As written before: the topic is in the value.
    case channel(String)

    var channel: String {
        switch self {
        case .pair(let channel, _), .channel(let channel): channel
        }
    }

    /// The key of its records.
    var key: [UInt8] {
        switch self {
        case .pair(let channel, let topic):
            var json = JSONWriter(capacity: 128)
            json.beginObject()
            json.key("topic")
            json.string(topic)
            json.key("channel")
            json.string(channel)
            json.endObject()
            return Array(json.text.utf8)
        case .channel(let name): return Array(name.utf8)
        }
    }

    /// Reads a key: an object, or the channel's bare name.
    init(key: RawSpan) throws(CommandRecordError) {
        guard let text = key.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw CommandRecordError("the key is not UTF-8")
        }
        guard text.first == "{" else {
            guard !text.isEmpty else { throw CommandRecordError("the key is empty") }
            self = .channel(text)
            return
        }
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: text) } catch {
            throw CommandRecordError("the key is not JSON: byte \(error.offset): \(error.reason)")
        }
        guard let channel = json["channel"]?.string, !channel.isEmpty else {
            throw CommandRecordError("the key has no 'channel'")
        }
        guard let topic = json["topic"]?.string else {
            throw CommandRecordError("the key has no 'topic'")
        }
        self = .pair(channel: channel, topic: topic)
    }
}

/// A record of the command topic that is no command.
struct CommandRecordError: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// A channel that is to be monitored.
struct ChannelCommand: Equatable, Sendable {
    let identity: ChannelIdentity
    var topic: String
    var mask: MonitorMask
    /// The key of the records that its events become; nil for the channel's name.
    var outkey: String?

    var channel: String { identity.channel }

    /// The header that holds letters which epics2kafka's JSON does not have.
    static let maskHeader = "kctl-mask"

    /// Makes a command; `isOlder`: in the form before epics2kafka 0.4.
    init(
        channel: String,
        topic: String,
        mask: MonitorMask,
        outkey: String? = nil,
        isOlder: Bool = false
    ) {
        identity = isOlder ? .channel(channel) : .pair(channel: channel, topic: topic)
        self.topic = topic
        self.mask = mask
        self.outkey = outkey
    }

    /// Reads the value of a record that is no tombstone.
    ///
    /// `extendedMask`: the content of the header `maskHeader`, if there is one.
    init(
        _ identity: ChannelIdentity,
        value: RawSpan,
        extendedMask: String?
    ) throws(CommandRecordError) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: value) } catch {
            throw CommandRecordError("the value is not JSON: byte \(error.offset): \(error.reason)")
        }
        guard case .object = json else { throw CommandRecordError("the value is not an object") }
        self.identity = identity
        switch identity {
        case .pair(_, let topic): self.topic = topic
        case .channel:
            guard let topic = json["topic"]?.string else {
                throw CommandRecordError("the value has no 'topic'")
            }
            self.topic = topic
        }
        guard !topic.isEmpty else { throw CommandRecordError("the topic is empty") }
        guard let text = json["mask"]?.string else {
            throw CommandRecordError("the value has no 'mask'")
        }
        guard let stored = MonitorMask(stored: text) else {
            throw CommandRecordError("the mask '\(text)' selects no events")
        }
        mask = stored
        if let extendedMask {
            guard let extended = MonitorMask(letters: extendedMask) else {
                throw CommandRecordError("the header \(Self.maskHeader) is not a mask")
            }
            mask = extended
        }
        switch json["outkey"] {
        case nil, .null?: outkey = nil
        case .string(let text)?: outkey = text
        default: throw CommandRecordError("'outkey' is not a string")
        }
    }

    /// The record that sets it.
    var record: OutgoingRecord {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        if case .channel = identity {
            json.key("topic")
            json.string(topic)
        }
        json.key("mask")
        json.string(mask.storedLetters)
        if let outkey {
            json.key("outkey")
            json.string(outkey)
        }
        json.endObject()
        let header = RecordHeader(
            name: Array(Self.maskHeader.utf8),
            value: Array(mask.letters.utf8)
        )
        return OutgoingRecord(
            key: identity.key,
            value: Array(json.text.utf8),
            headers: mask.isStored ? [] : [header]
        )
    }
}

extension ChannelIdentity {
    /// The record that unsets it.
    var tombstone: OutgoingRecord { OutgoingRecord(key: key, value: nil) }
}
