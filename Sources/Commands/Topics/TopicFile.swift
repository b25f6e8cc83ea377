// Topics to be made or compared with, as JSON.
// What `topics export` and `topics describe --json` print, or an array of such objects.

import CommandKit
import JSON
import KafkaCore

enum TopicFile {
    /// A topic of the file.
    struct Entry: Equatable {
        /// The topic that the file describes.
        var topic: NewTopic
        /// True when the file says anything about the configuration.
        var saysConfigs = false
        /// The entries with null in place of a value: these values are left open.
        var openConfigs: Set<String> = []
    }

    /// Returns the topics that the text describes, in order.
    ///
    /// An object has `topic`; `partitions` is a number or the array that describe prints;
    /// `replicationFactor` and `configs` may be left out. Unknown keys are ignored.
    /// - Throws: `CommandError` of status `badData` with file, line and column.
    static func topics(in bytes: [UInt8], path: String) throws(CommandError) -> [NewTopic] {
        try entries(in: bytes, path: path).map(\.topic)
    }

    /// Returns the same, with what the file leaves open; no topic comes twice.
    static func entries(in bytes: [UInt8], path: String) throws(CommandError) -> [Entry] {
        let span = bytes.span.bytes
        var entries: [Entry] = []
        var names: Set<String> = []
        do throws(JSONError) {
            var reader = JSONReader(span)
            while try reader.peekKind() != .end {
                let place = reader.offset
                let value = try JSONValue(from: &reader)
                for item in value.array ?? [value] {
                    let entry = try entry(item, at: place)
                    guard names.insert(entry.topic.name).inserted else {
                        throw JSONError(at: place, "topic '\(entry.topic.name)' appears twice")
                    }
                    entries.append(entry)
                }
            }
        } catch {
            throw CommandError(error, in: path, text: span)
        }
        if entries.isEmpty {
            throw CommandError(.badData, "\(path): the file describes no topic")
        }
        return entries
    }

    private static func entry(_ value: JSONValue, at place: Int) throws(JSONError) -> Entry {
        guard case .object = value else {
            throw JSONError(at: place, "a topic must be a JSON object")
        }
        guard let name = value["topic"]?.string ?? value["name"]?.string else {
            throw JSONError(at: place, "a topic lacks the key 'topic'")
        }
        var entry = Entry(topic: NewTopic(name: name))
        // A file may be written by hand: `partitions` as a number is the count too.
        let key = value["partitionCount"] == nil ? "partitions" : "partitionCount"
        if let partitions = value[key], !partitions.isNull {
            guard let count = partitions.array.map({ Int64($0.count) }) ?? partitions.int64,
                let exact = Int32(exactly: count), exact > 0
            else {
                throw JSONError(at: place, "'\(key)' of '\(name)' must be a number above 0")
            }
            entry.topic.partitions = exact
        }
        if let factor = value["replicationFactor"], !factor.isNull {
            guard let exact = factor.int64.flatMap({ Int32(exactly: $0) }), exact > 0 else {
                throw JSONError(
                    at: place,
                    "'replicationFactor' of '\(name)' must be a number above 0"
                )
            }
            entry.topic.replicationFactor = exact
        }
        if let configs = value["configs"], !configs.isNull {
            guard case .object(let members) = configs else {
                throw JSONError(at: place, "'configs' of '\(name)' must be an object")
            }
            entry.saysConfigs = true
            for member in members {
                guard let text = text(member.value) else {
                    entry.openConfigs.insert(member.key)
                    continue
                }
                entry.topic.configs.append(ConfigEntry(member.key, text))
            }
        }
        return entry
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .null: nil
        case .array, .object: ""
        }
    }
}
