// Bytes that are cut off or changed: they are a message still, or a clean error; never a crash, and
// nothing that the sanitizers find.

import JSON
import TestSupport
import Testing

@testable import AliECS

@Suite struct HostileBytesTests {
    /// Cut at every byte, each in a block of its own, where reading one byte too many is seen.
    @Test func samplesThatAreCutOff() {
        var decoder = Decoder()
        for vector in Vector.all {
            for length in vector.bytes.indices {
                check(Array(vector.bytes[..<length]), as: vector.type, by: &decoder)
            }
        }
    }

    @Test func samplesThatAreChanged() {
        var random = SeededGenerator(seed: 2022)
        var decoder = Decoder()
        // What is wrong with a long message is wrong with a short one too, and found sooner.
        let samples = Vector.all.filter { $0.bytes.count < 2000 }
        for _ in 0..<100_000 {
            guard let sample = samples.randomElement(using: &random) else { break }
            var bytes = sample.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let other = samples.randomElement(using: &random)?.bytes ?? []
                change(&bytes, with: other, &random)
            }
            let type =
                Int.random(in: 0..<4, using: &random) > 0
                ? sample.type : MessageType.allCases.randomElement(using: &random) ?? .event
            check(bytes, as: type, by: &decoder)
        }
    }

    private func check(_ bytes: [UInt8], as type: MessageType, by decoder: inout Decoder) {
        do throws(DecodeError) {
            try decoder.open(bytes.span.bytes, as: type)
        } catch {
            guard (0...bytes.count).contains(error.position), error.reason != .refused,
                !error.text.isEmpty
            else {
                Issue.record("\(type) \(bytes): \(error)")
                return
            }
            return
        }
        var buffer = ByteBuffer()
        decoder.appendJSON(to: &buffer)
        var reader = JSONReader(buffer.bytes)
        guard (try? reader.peekKind()) == .object, (try? reader.rawValue()) != nil,
            (try? reader.end()) != nil
        else {
            Issue.record("\(type) \(bytes): \(buffer.text)")
            return
        }
        _ = decoder.facts(from: AliECSTopic("aliecs.run"))
    }

    /// Changes a message in one place; `other` is another message.
    private func change(
        _ bytes: inout [UInt8],
        with other: [UInt8],
        _ random: inout SeededGenerator
    ) {
        guard !bytes.isEmpty else { return bytes = other }
        let place = Int.random(in: bytes.indices, using: &random)
        let rest = min(bytes.count - place, Int.random(in: 1...16, using: &random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 3: bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        case 4: bytes.removeSubrange(place..<(place + rest))
        case 5: bytes.insert(contentsOf: random.bytes(upTo: 12), at: place)
        case 6: bytes.insert(contentsOf: bytes[place..<(place + rest)], at: place)
        default: bytes.replaceSubrange(place..., with: other.suffix(bytes.count - place))
        }
    }
}
