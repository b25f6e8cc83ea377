// Kafka's framing: a size, a number to know the answer by, and fields, the highest byte first.

import Reactor

/// Fields of a request.
struct RequestWriter {
    private(set) var bytes: [UInt8]

    /// Begins a request; `isFlexible` has an empty list of tags behind our name.
    init(key: Int16, version: Int16, isFlexible: Bool = false) {
        bytes = []
        number(key)
        number(version)
        number(Int32(1))
        let name = Array("kctl".utf8)
        number(Int16(name.count))
        bytes += name
        if isFlexible { bytes.append(0) }
    }

    mutating func number(_ value: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends a count or length as flexible requests have it: one more, so that 0 is null.
    mutating func compact(_ count: Int) {
        bytes.append(UInt8(count + 1))
    }

    mutating func compact(_ text: String) {
        compact(text.utf8.count)
        bytes += Array(text.utf8)
    }

    mutating func noTags() {
        bytes.append(0)
    }
}

/// Fields of an answer; every read says whether there was enough.
struct AnswerReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard rest.count >= size else { return nil }
        var value: Number = 0
        for byte in rest.prefix(size) {
            value = (size == 1 ? 0 : value << 8) | Number(truncatingIfNeeded: byte)
        }
        rest = rest.dropFirst(size)
        return value
    }

    /// Reads a variable-length number without a sign.
    mutating func varint() -> Int? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 35, by: 7) {
            guard let byte = number(UInt8.self) else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return Int(value) }
        }
        return nil
    }

    /// Reads the count of a list, which cannot have more elements than bytes are left.
    mutating func compactCount() -> Int? {
        guard let count = varint(), count > 0, count - 1 <= rest.count else { return nil }
        return count - 1
    }

    /// Reads a text as flexible answers have it; nil for null too.
    mutating func compactText() -> String? {
        guard let count = compactCount() else { return nil }
        defer { _ = skip(count) }
        return String(decoding: rest.prefix(count), as: UTF8.self)
    }

    mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, rest.count >= count else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    /// Passes over the tagged fields.
    mutating func skipTags() -> Bool {
        guard let count = varint() else { return false }
        for _ in 0..<count {
            guard varint() != nil, let size = varint(), skip(size) else { return false }
        }
        return true
    }
}

extension ByteStream {
    /// Sends a request and waits for its answer, without the size and the number in front.
    func exchange(_ request: RequestWriter, until deadline: Instant) throws(ProbeError) -> [UInt8] {
        var frame: [UInt8] = []
        let size = UInt32(request.bytes.count)
        for shift in [24, 16, 8, 0] as [UInt32] { frame.append(UInt8(size >> shift & 0xff)) }
        try send(frame + request.bytes, until: deadline)
        var answer: [UInt8] = []
        var whole = 4
        while answer.count < whole {
            let more = try receive(upTo: 4096, until: deadline)
            guard !more.isEmpty else {
                throw ProbeError(.closed, "the connection was closed without an answer")
            }
            answer += more
            guard whole == 4, answer.count >= 4 else { continue }
            var reader = AnswerReader(answer)
            guard let size = reader.number(Int32.self), (6...1_048_576).contains(size) else {
                throw Self.foreign(answer)
            }
            whole = 4 + Int(size)
        }
        var reader = AnswerReader(Array(answer.dropFirst(4)))
        guard reader.number(Int32.self) == 1 else { throw Self.foreign(answer) }
        return Array(answer[8..<whole])
    }

    /// Returns the error for an answer that is none of Kafka's.
    static func foreign(_ answer: [UInt8]) -> ProbeError {
        // A record of TLS that is an alert: version 3 of what was once called SSL.
        if answer.starts(with: [0x15, 0x03]) {
            return ProbeError(.closed, "the peer speaks TLS")
        }
        return ProbeError(.other, "the peer does not speak the Kafka protocol")
    }
}
