// The first words of Kafka's protocol: which requests a broker takes.
// Every listener answers them, even one that wants a login, so that they distinguish a broker from
// anything else.

public import Reactor

/// The requests that a broker takes.
public struct Greeting: Equatable, Sendable {
    /// The lowest and highest version of each request, by the request's number.
    public let versions: [Int16: ClosedRange<Int16>]

    /// True when this is Kafka 4 or newer, which has dropped the oldest Fetch requests.
    public var isFour: Bool { versions[1].map { $0.lowerBound >= 4 } ?? false }

    /// Asks what the broker at the other end takes.
    ///
    /// - Throws: `ProbeError`, also when it is no broker.
    public init(over stream: any ByteStream, until deadline: Instant) throws(ProbeError) {
        let request = RequestWriter(key: 18, version: 0)
        let answer = try stream.exchange(request, until: deadline)
        guard let greeting = Greeting(answer: answer) else {
            throw ProbeError(.other, "the peer does not speak the Kafka protocol")
        }
        self = greeting
    }

    /// Returns true when the broker closes the connection of a client that asks for more than that
    /// without a login.
    ///
    /// C: none; Metadata (3) of version 1, of no topic.
    public func wantsLogin(
        over stream: any ByteStream,
        until deadline: Instant
    ) throws(ProbeError) -> Bool {
        guard versions[3]?.contains(1) ?? false else { return false }
        var request = RequestWriter(key: 3, version: 1)
        request.number(Int32(0))
        do throws(ProbeError) {
            _ = try stream.exchange(request, until: deadline)
            return false
        } catch {
            guard error.kind == .closed else { throw error }
            return true
        }
    }

    /// Reads the answer of ApiVersions, version 0, behind its number; nil when it is none.
    public init?(answer: [UInt8]) {
        var reader = AnswerReader(answer)
        guard reader.number(Int16.self) == 0, let count = reader.number(Int32.self),
            (1...1000).contains(count)
        else { return nil }
        var versions: [Int16: ClosedRange<Int16>] = [:]
        for _ in 0..<count {
            guard let key = reader.number(Int16.self), let low = reader.number(Int16.self),
                let high = reader.number(Int16.self), low <= high
            else { return nil }
            versions[key] = low...high
        }
        self.versions = versions
    }
}
