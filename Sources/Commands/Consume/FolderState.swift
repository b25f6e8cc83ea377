// The progress of the files of an output folder: the content of `kctl-offsets.json`.

import CommandKit
import JSON
import KafkaCore

/// The state of an output folder.
struct FolderState: Equatable {
    /// One partition's file.
    struct Entry: Equatable {
        var place: TopicPartition
        /// The id of the topic; nil when neither library nor broker reports it.
        var topicID: String?
        /// The number of bytes of the file that count.
        var size = 0
        /// The offset that comes behind these bytes.
        var next: Int64 = 0
        /// The last record that is in these bytes.
        var last: RecordFingerprint?
    }

    var entries: [Entry] = []
    /// The options that the records were printed with; nil in a state without them.
    var options: FolderOptions?

    init() {}

    /// Reads what `text` makes of a state; nil for what kctl has not written.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes.span.bytes),
            let version = json["version"]?.int64, (1...2).contains(version),
            let files = json["files"]?.array
        else { return nil }
        if let written = json["options"] {
            guard let options = FolderOptions(written) else { return nil }
            self.options = options
        }
        var places: Set<TopicPartition> = []
        for file in files {
            guard let topic = file["topic"]?.string, TopicName.isValid(topic[...]),
                let number = file["partition"]?.count.flatMap({ Int32(exactly: $0) }),
                let size = file["size"]?.count, let next = file["next"]?.count,
                places.insert(TopicPartition(topic, number)).inserted
            else { return nil }
            var entry = Entry(place: TopicPartition(topic, number), size: size, next: Int64(next))
            entry.topicID = file["topicId"]?.string
            if let last = file["last"] {
                guard let offset = last["offset"]?.int64, let time = last["timestamp"]?.int64,
                    let sha256 = last["sha256"]?.string
                else { return nil }
                entry.last = RecordFingerprint(offset: offset, timestamp: time, sha256: sha256)
            }
            entries.append(entry)
        }
    }

    /// The text of the file.
    var text: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("version")
        json.number(2)
        if let options {
            json.key("options")
            options.write(to: &json)
        }
        json.key("files")
        json.beginArray()
        for entry in entries.sorted(by: { $0.place < $1.place }) {
            json.beginObject()
            json.key("topic")
            json.string(entry.place.topic)
            if let id = entry.topicID {
                json.key("topicId")
                json.string(id)
            }
            json.key("partition")
            json.number(entry.place.partition)
            json.key("size")
            json.number(entry.size)
            json.key("next")
            json.number(entry.next)
            if let last = entry.last {
                json.key("last")
                json.beginObject()
                json.key("offset")
                json.number(last.offset)
                json.key("timestamp")
                json.number(last.timestamp)
                json.key("sha256")
                json.string(last.sha256)
                json.endObject()
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return Array(json.text.utf8)
    }
}
