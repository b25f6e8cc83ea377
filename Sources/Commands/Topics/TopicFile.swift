// Topics to be made, as JSON: what `topics describe --json` prints, or an array of such objects.

import JSON
import KafkaCore

enum TopicFile {
    /// The topics that the text describes, in order.
    ///
    /// An object has `topic`; `partitions` is a number or the array that describe prints;
    /// `replicationFactor` and `configs` may be left out. Unknown keys are
    /// passed over.
    /// - Throws: `CommandError` of status `badData` with file, line and column.
    static func topics(in bytes: [UInt8], path: String) throws(CommandError) -> [NewTopic] {
        let span = bytes.span.bytes
        var topics: [NewTopic] = []
        do {
            var reader = JSONReader(span)
            while try reader.peekKind() != .end {
                let place = reader.offset
                let value = try JSONValue(from: &reader)
                for item in value.array ?? [value] { topics.append(try topic(item, at: place)) }
            }
        } catch {
            throw CommandError(error, in: path, text: span)
        }
        if topics.isEmpty {
            throw CommandError(.badData, "\(path): no topic in it")
        }
        return topics
    }

    private static func topic(_ value: JSONValue, at place: Int) throws(JSONError) -> NewTopic {
        guard case .object = value else { throw JSONError(at: place, "a topic is an object") }
        guard let name = value["topic"]?.string ?? value["name"]?.string else {
            throw JSONError(at: place, "a topic without 'topic', its name")
        }
        var topic = NewTopic(name: name)
        if let partitions = value["partitions"], !partitions.isNull {
            guard let count = partitions.array.map({ Int64($0.count) }) ?? partitions.int64,
                let exact = Int32(exactly: count), exact > 0
            else { throw JSONError(at: place, "'partitions' of '\(name)' is no number above 0") }
            topic.partitions = exact
        }
        if let factor = value["replicationFactor"], !factor.isNull {
            guard let exact = factor.int64.flatMap({ Int32(exactly: $0) }), exact > 0 else {
                throw JSONError(at: place, "'replicationFactor' of '\(name)' is no number above 0")
            }
            topic.replicationFactor = exact
        }
        if let configs = value["configs"], !configs.isNull {
            guard case .object(let members) = configs else {
                throw JSONError(at: place, "'configs' of '\(name)' is no object")
            }
            for member in members where !member.value.isNull {
                topic.configs.append(ConfigEntry(member.key, text(member.value)))
            }
        }
        return topic
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .null, .array, .object: ""
        }
    }
}
