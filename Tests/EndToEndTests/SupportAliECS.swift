// The samples of AliECS messages and of whole runs, for the built binary.

import JSON
import TestSupport

/// A message in hexadecimal digits, and what the reference decoders make of it.
struct AliECSSample: CustomStringConvertible, Sendable {
    var name: String
    var type: String
    var hex: String
    /// What it says; nil when it is no such message.
    var json: JSONValue?
    /// Whether libprotobuf-c does something else than the reference.
    var differs: Bool

    var description: String { name }

    static let all: [AliECSSample] = lines(of: "vectors.jsonl").compactMap { value in
        guard let name = value["name"]?.string, let type = value["message"]?.string,
            let hex = value["hex"]?.string
        else { return nil }
        return AliECSSample(
            name: name,
            type: type,
            hex: hex,
            json: value["json"],
            differs: value["protobufc"] != nil
        )
    }

    static func lines(of file: String) -> [JSONValue] {
        guard let text = Repository.text("Tests/Fixtures/aliecs/\(file)") else { return [] }
        return text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
    }
}

/// Records in the order of their arrival, and the runs that they tell of.
struct AliECSSequence: CustomStringConvertible, Sendable {
    struct Entry: Sendable {
        var topic: String
        var key: String?
        var hex: String

        /// The record as `produce --json` takes it.
        func line(prefix: String, offset: Int? = nil) -> String {
            let key = key.map { #""keyBase64":"\#(AliECSSequence.base64(ofHex: $0))""# }
            let place = offset.map { #""partition":0,"offset":\#($0),"# } ?? ""
            return #"{"topic":"\#(prefix)\#(topic)",\#(place)\#(key ?? #""key":null"#),"#
                + #""valueBase64":"\#(AliECSSequence.base64(ofHex: hex))"}"# + "\n"
        }
    }

    var name: String
    var entries: [Entry]
    var runs: [JSONValue]

    var description: String { name }

    static let all: [AliECSSequence] = AliECSSample.lines(of: "run_sequences.jsonl").compactMap {
        value in
        guard let name = value["name"]?.string, let records = value["records"]?.array,
            let runs = value["expect"]?.array
        else { return nil }
        let entries = records.compactMap { record -> Entry? in
            guard let topic = record["topic"]?.string, let hex = record["hex"]?.string else {
                return nil
            }
            return Entry(topic: topic, key: record["key"]?.string, hex: hex)
        }
        return AliECSSequence(name: name, entries: entries, runs: runs)
    }

    static func base64(ofHex text: String) -> String {
        var bytes = ByteBuffer()
        var encoded = ByteBuffer()
        guard bytes.appendDecodedHex(text.utf8Span.span.bytes) else { return "" }
        encoded.appendBase64(bytes.bytes)
        return encoded.text
    }

    /// What of the printed runs differs from what is expected; the latter names only some keys.
    func differences(from printed: [JSONValue]) -> [String] {
        guard printed.count == runs.count else { return ["\(printed.count) runs: \(printed)"] }
        var found: [String] = []
        for (run, expected) in zip(printed, runs) {
            guard case .object(let members) = expected else { continue }
            for member in members where run[member.key] != member.value {
                found.append("\(member.key): \(run), not \(member.value)")
            }
        }
        return found
    }
}
