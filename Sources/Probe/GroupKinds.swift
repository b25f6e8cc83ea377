// Which kind a group is of.
// No librdkafka reports it of share and streams groups, so a broker is asked directly, where no
// login is needed.

public import Reactor

/// The kinds of groups that are no consumer groups.
public enum GroupKinds {
    /// Returns true when a broker can be asked: it has ListGroups (16) in version 5.
    public static func areKnown(to greeting: Greeting) -> Bool {
        greeting.versions[16]?.contains(5) ?? false
    }

    /// Returns the kinds of the share and streams groups that a broker leads, by name, in small
    /// letters.
    public static func read(
        over stream: any ByteStream,
        until deadline: Instant
    ) throws(ProbeError) -> [String: String] {
        var request = RequestWriter(key: 16, version: 5, isFlexible: true)
        request.compact(0)
        request.compact(2)
        request.compact("share")
        request.compact("streams")
        request.noTags()
        return kinds(in: try stream.exchange(request, until: deadline)) ?? [:]
    }

    /// Reads the answer of ListGroups, version 5, behind its number; nil when it is none.
    public static func kinds(in answer: [UInt8]) -> [String: String]? {
        var reader = AnswerReader(answer)
        guard reader.skipTags(), reader.skip(4), reader.number(Int16.self) == 0,
            let count = reader.compactCount()
        else { return nil }
        var kinds: [String: String] = [:]
        for _ in 0..<count {
            guard let group = reader.compactText(), reader.compactText() != nil,
                reader.compactText() != nil, let kind = reader.compactText(), reader.skipTags()
            else { return nil }
            kinds[group] = kind.lowercased()
        }
        guard reader.skipTags() else { return nil }
        return kinds
    }
}
