// Keeps in a file what a command overwrites of a group's offsets, for `groups restore`.
//
// One file for each time, in the user's folder for state, never changed and never deleted by kctl.
// It is on the disk before anything is changed.

import JSON
import KafkaCore
import Reactor

/// The offsets of some partitions as they were at one time.
struct SavedOffsets: Equatable {
    /// The group.
    let group: String
    /// The cluster's id.
    let cluster: String
    /// The time of saving, in milliseconds since 1970.
    let time: Int64
    /// Before which command.
    let command: String
    /// The committed offsets; nil for a partition without one.
    let offsets: [(partition: TopicPartition, committed: CommittedOffset?)]

    static func == (left: SavedOffsets, right: SavedOffsets) -> Bool {
        left.group == right.group && left.cluster == right.cluster && left.time == right.time
            && left.command == right.command
            && left.offsets.map(\.partition) == right.offsets.map(\.partition)
            && left.offsets.map(\.committed) == right.offsets.map(\.committed)
    }

    /// The text of the file.
    var text: [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.key("group")
        json.string(group)
        json.key("cluster")
        json.string(cluster)
        json.key("time")
        json.number(time)
        json.key("command")
        json.string(command)
        json.key("offsets")
        json.beginArray()
        for (partition, committed) in offsets {
            json.beginObject()
            json.key("topic")
            json.string(partition.topic)
            json.key("partition")
            json.number(partition.partition)
            json.key("offset")
            json.optional(committed?.position.offset)
            json.key("metadata")
            json.optional(committed?.metadata)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.buffer.bytes.withUnsafeBytes { [UInt8]($0) }
    }

    init(
        group: String,
        cluster: String,
        time: Int64,
        command: String,
        offsets: [(partition: TopicPartition, committed: CommittedOffset?)]
    ) {
        self.group = group
        self.cluster = cluster
        self.time = time
        self.command = command
        self.offsets = offsets
    }

    /// Reads a file; nil when it is none of these.
    init?(_ text: [UInt8]) {
        guard let json = try? JSONValue(parsing: text.span.bytes),
            let group = json["group"]?.string, let cluster = json["cluster"]?.string,
            let time = json["time"]?.int64, let command = json["command"]?.string,
            let items = json["offsets"]?.array
        else { return nil }
        var offsets: [(partition: TopicPartition, committed: CommittedOffset?)] = []
        for item in items {
            guard let topic = item["topic"]?.string,
                let number = item["partition"]?.int64.flatMap({ Int32(exactly: $0) })
            else { return nil }
            let partition = TopicPartition(topic, number)
            let committed = item["offset"]?.int64.map {
                CommittedOffset(
                    PartitionOffset(partition, $0),
                    metadata: item["metadata"]?.string ?? ""
                )
            }
            offsets.append((partition, committed))
        }
        self.init(group: group, cluster: cluster, time: time, command: command, offsets: offsets)
    }
}

/// The folder of saved offsets.
struct SavedOffsetsFolder {
    private let path: String

    /// The user's own; nil when the environment names no folder.
    init?(_ environment: [String: String]) {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            path = state + "/kctl/offsets"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            path = home + "/.local/state/kctl/offsets"
        } else {
            return nil
        }
    }

    /// Keeps `saved`; its id, by which it is found again.
    func save(_ saved: SavedOffsets) throws(ReactorError) -> String {
        let folder = folder(of: saved.group)
        try Files.makeDirectory(folder)
        // Two in the same millisecond would be one.
        var time = saved.time
        while Files.facts(of: "\(folder)/\(time).json") != nil { time += 1 }
        try Files.replace("\(folder)/\(time).json", with: saved.text, isDurable: true)
        return "\(time)"
    }

    /// Returns the saved offsets of a group, the newest first, with their ids.
    func all(of group: String) throws(ReactorError) -> [(id: String, saved: SavedOffsets)] {
        let folder = folder(of: group)
        var found: [(id: String, saved: SavedOffsets)] = []
        for name in try Files.names(in: folder) where name.hasSuffix(".json") {
            guard let bytes = try? Descriptor.reading("\(folder)/\(name)").readAll(limit: 1 << 28),
                let saved = SavedOffsets(bytes), saved.group == group
            else { continue }
            found.append((String(name.dropLast(5)), saved))
        }
        return found.sorted { (Int64($0.id) ?? 0) > (Int64($1.id) ?? 0) }
    }

    /// Returns a group's folder: any name becomes one that a file may have.
    private func folder(of group: String) -> String {
        var name = ""
        for byte in group.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                name += "%" + String(byte, radix: 16)
            }
        }
        // A file's name ends after 255 bytes; the file itself names the group whole.
        return path + "/" + String(name.prefix(200))
    }
}
