// Who controls a cluster without ZooKeeper, and the time there.
// No request asks for the time; but the leader of the quorum reports when it was last up to date
// with itself, which is always now.

public import Reactor

/// The controller and its time.
public enum QuorumClock {
    /// Returns true when a broker can be asked: it has DescribeQuorum (55) in version 1.
    public static func isKnown(to greeting: Greeting) -> Bool {
        greeting.versions[55]?.contains(1) ?? false
    }

    /// Returns the controller's time in milliseconds since 1970; nil when it may not be reported.
    public static func milliseconds(
        over stream: any ByteStream,
        until deadline: Instant
    ) throws(ProbeError) -> Int64? {
        milliseconds(in: try stream.exchange(request, until: deadline))
    }

    /// Returns the controller's number; nil when it may not be reported.
    ///
    /// Metadata names any broker in its place.
    public static func leader(
        over stream: any ByteStream,
        until deadline: Instant
    ) throws(ProbeError) -> Int32? {
        var reader = AnswerReader(try stream.exchange(request, until: deadline))
        return leader(&reader)
    }

    private static var request: RequestWriter {
        var request = RequestWriter(key: 55, version: 1, isFlexible: true)
        request.compact(1)
        request.compact("__cluster_metadata")
        request.compact(1)
        request.number(Int32(0))
        for _ in 0..<3 { request.noTags() }
        return request
    }

    /// Reads an answer up to its leader.
    private static func leader(_ reader: inout AnswerReader) -> Int32? {
        guard reader.skipTags(), reader.number(Int16.self) == 0, reader.compactCount() == 1,
            let name = reader.compactCount(), reader.skip(name), reader.compactCount() == 1,
            reader.number(Int32.self) == 0, reader.number(Int16.self) == 0,
            let leader = reader.number(Int32.self), leader >= 0
        else { return nil }
        return leader
    }

    /// Reads the answer of DescribeQuorum, version 1, behind its number.
    public static func milliseconds(in answer: [UInt8]) -> Int64? {
        var reader = AnswerReader(answer)
        guard let leader = leader(&reader), reader.skip(12), let voters = reader.compactCount()
        else { return nil }
        for _ in 0..<voters {
            guard let id = reader.number(Int32.self), reader.skip(8), reader.skip(8),
                let caughtUp = reader.number(Int64.self), reader.skipTags()
            else { return nil }
            if id == leader { return caughtUp > 0 ? caughtUp : nil }
        }
        return nil
    }
}
