// What tests of groups have in common: records with places, members, and what a group has committed.

import Glibc
import JSON
import Testing

/// Where a record lies.
struct Place: Hashable, Comparable, CustomStringConvertible {
    var partition: Int64
    var offset: Int64

    init(partition: Int64, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    init(_ json: JSONValue) throws {
        guard let partition = json["partition"]?.int64, let offset = json["offset"]?.int64 else {
            throw HarnessError("no record: \(json)")
        }
        self.partition = partition
        self.offset = offset
    }

    var description: String { "\(partition)@\(offset)" }

    static func < (left: Place, right: Place) -> Bool {
        (left.partition, left.offset) < (right.partition, right.offset)
    }
}

extension Program {
    /// The records printed by now by `Place.format`; a line that was cut off is none.
    func places() throws -> [Place] {
        try Place.brief(in: output)
    }

    /// How many whole lines have been printed by now.
    var lineCount: Int { output.count { $0 == 0x0a } }

    /// Whether standard error says `text` by now.
    func said(_ text: String) -> Bool {
        String(decoding: errors, as: UTF8.self).contains(text)
    }

    /// Whether partitions of the topic are being read, by the last word on it.
    func reads(_ topic: String) -> Bool {
        let lines = String(decoding: errors, as: UTF8.self).split(separator: "\n")
        let last = lines.last { line in
            ["reading", "lost", "revoked"].contains { line.contains("': \($0) ") }
        }
        return last?.contains("reading \(topic)[") ?? false
    }
}

extension [Program] {
    /// Waits with none of them standing in front of a full pipe.
    func watch(
        _ what: String,
        until isReached: () -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        // One that has ended already would not be waited for.
        (first { !$0.hasEnded } ?? first)?.watchState(
            what,
            until: { _ in
                forEach { $0.look() }
                return isReached()
            },
            sourceLocation: sourceLocation
        )
    }

    /// The records that all of them have printed by now, each once.
    var places: Set<Place> {
        reduce(into: []) { $0.formUnion((try? $1.places()) ?? []) }
    }

    /// Interrupts all of them; what they have printed in the end.
    func interrupt(sourceLocation: SourceLocation = #_sourceLocation) throws -> [Place] {
        forEach { $0.signal(SIGINT) }
        return try flatMap { member in
            let outcome = member.finish(sourceLocation: sourceLocation)
            #expect(outcome.ending == .signalled(SIGINT), "\(outcome.errors)")
            return try Place.brief(in: outcome.output)
        }
    }
}

extension Place {
    /// Words that have `consume` print nothing but places, for tests with so many records that to
    /// read them as JSON would leave the program in front of a full pipe.
    static let format = ["-f", #"%p@%o\n"#]

    /// The records printed as `format` has it, in whole lines.
    static func brief(in output: [UInt8]) throws -> [Place] {
        var places: [Place] = []
        var numbers: (Int64, Int64) = (0, 0)
        for byte in output {
            switch byte {
            case 0x30...0x39: numbers.1 = numbers.1 * 10 + Int64(byte - 0x30)
            case UInt8(ascii: "@"): numbers = (numbers.1, 0)
            case 0x0a:
                places.append(Place(partition: numbers.0, offset: numbers.1))
                numbers = (0, 0)
            default: throw HarnessError("no place: \(String(decoding: output, as: UTF8.self))")
            }
        }
        return places
    }

    /// The records printed as JSON, in whole lines.
    static func all(in output: [UInt8]) throws -> [Place] {
        guard let end = output.lastIndex(of: 0x0a) else { return [] }
        let text = String(decoding: output[...end], as: UTF8.self)
        return try text.split(separator: "\n").map { line in
            try Place(try JSONValue(parsing: String(line)))
        }
    }
}

extension Kafka {
    /// Writes records to a topic: the numbers in `range`, a line each.
    static func fill(_ topic: String, _ range: Range<Int>, _ more: [String] = []) throws {
        let lines = range.map { "\($0)\n" }.joined()
        let sent = try run(["produce", topic] + more, input: .text(lines))
        guard sent.ending == .exited(0) else { throw HarnessError(sent.errors) }
    }

    /// Writes records in one transaction, by kcat.
    static func fillInTransaction(_ topic: String, _ count: Int) throws {
        let line = """
            seq \(count) | kcat -P -b '\(servers ?? "")' -t \(topic) \
              -X transactional.id=\(name("sender"))
            """
        let sent = try Kctl.bash(line)
        guard sent.ending == .exited(0) else { throw HarnessError(sent.errors) }
    }

    /// Words that read a topic for a group.
    static func member(_ topic: String, _ group: String, _ more: [String] = []) -> [String] {
        // The least that a broker takes: nobody waits long for a member that was killed.
        let session = ["-X", "session.timeout.ms=6000", "-X", "heartbeat.interval.ms=300"]
        return ["consume", topic, "--group", group, "--offset-reset", "earliest"] + session + more
    }

    /// What a group without members has committed, by partition; −1 for nothing.
    static func committed(_ topic: String, _ group: String) throws -> [Int64] {
        let tool = try tool("consumer-groups", ["--describe", "--group", group])
        var offsets: [Int64] = []
        let rows = tool.lines.map { $0.split(separator: " ") }
        for row in rows where row.count > 3 && row[0] == group && row[1] == topic {
            guard let partition = Int(row[2]) else { continue }
            while offsets.count <= partition { offsets.append(-1) }
            offsets[partition] = Int64(row[3]) ?? -1
        }
        return offsets
    }

    /// All places of a topic.
    static func places(of topic: String) throws -> Set<Place> {
        let read = try run(["consume", topic, "-e"] + Place.format, within: .seconds(120))
        guard read.ending == .exited(0) else { throw HarnessError(read.errors) }
        return Set(try Place.brief(in: read.output))
    }
}
