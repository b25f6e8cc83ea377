// The times of messages moved, seen by what the decoder reads before and after.

import JSON
import TestSupport
import Testing

@testable import AliECS

@Suite struct TimeShiftTests {
    /// A day and a bit, to and fro; and far enough to change how many bytes a number has.
    static let spans: [Int64] = [86_400_123, -86_400_123, 0, 4_000_000_000_000]

    @Test(arguments: spans)
    func timesMoveAndNothingElseDoes(_ span: Int64) throws {
        var seen = 0
        for vector in Vector.all where vector.json != nil {
            var decoder = Decoder()
            do { try decoder.open(vector.bytes.span.bytes, as: vector.type) } catch { continue }
            let before = try JSONValue(parsing: decoder.text())
            let shift = TimeShift(milliseconds: span)
            guard let bytes = shift.shifted(vector.bytes.span.bytes, as: vector.type) else {
                continue
            }
            try decoder.open(bytes.span.bytes, as: vector.type)
            let after = try JSONValue(parsing: decoder.text())
            #expect(after == Self.moved(before, by: span, vector.type), "\(vector.name)")
            if span == 0 { #expect(bytes.count <= vector.bytes.count, "\(vector.name)") }
            if after != before { seen += 1 }
        }
        #expect(seen > 40 || span == 0)
    }

    private static let milliseconds: Set<String> = [
        "timestamp", "enterStateTimestamp", "stableBeamsStart", "stableBeamsEnd",
    ]

    private static func moved(_ value: JSONValue, by span: Int64, _ type: MessageType)
        -> JSONValue
    {
        switch value {
        case .object(let members):
            .object(
                members.map { member in
                    var member = member
                    let factor: Int64 =
                        milliseconds.contains(member.key)
                        ? 1 : member.key == "timestampNano" ? 1_000_000 : 0
                    if factor > 0, let number = member.value.string.flatMap({ Int64($0) }) {
                        let moved = number &+ span &* factor
                        // A number below zero depends on how the schema reads it.
                        let isSigned = type == .event || type == .beamModeEvent || type == .beamInfo
                        member.value = .string(
                            isSigned ? "\(moved)" : "\(UInt64(bitPattern: moved))"
                        )
                    } else if factor > 0, let number = member.value.string.flatMap({ UInt64($0) }) {
                        let moved = number &+ UInt64(bitPattern: span &* factor)
                        member.value = .string("\(moved)")
                    } else {
                        member.value = Self.moved(member.value, by: span, type)
                    }
                    return member
                }
            )
        case .array(let elements): .array(elements.map { moved($0, by: span, type) })
        default: value
        }
    }

    private static let traits: [UInt8] = [8, 1]

    @Test func whatIsNoMessageIsLeftAlone() {
        let shift = TimeShift(milliseconds: 1)
        for bytes: [UInt8] in [
            [0x0a], [0x08], [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x0f], [0x09],
        ] {
            #expect(shift.shifted(bytes.span.bytes, as: .event) == nil)
            #expect(TimeShift.time(of: bytes.span.bytes, as: .event) == nil)
        }
        #expect(shift.shifted(Self.traits.span.bytes, as: .traits) == Self.traits)
    }

    @Test(arguments: UInt64(1)...20)
    func anyBytesAtAllAreNoHarm(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let vector = Vector.all.randomElement(using: &random)
            guard var bytes = vector?.bytes, let type = vector?.type, !bytes.isEmpty else {
                continue
            }
            let index = Int.random(in: 0..<bytes.count, using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
            bytes.removeLast(Int.random(in: 0...bytes.count / 2, using: &random))
            _ = TimeShift(milliseconds: .max).shifted(bytes.span.bytes, as: type)
            _ = TimeShift.time(of: bytes.span.bytes, as: type)
        }
    }

    @Test func theMessagesOwnTimeIsTold() {
        // Milliseconds first, then nanoseconds, which are more exact.
        func time(_ bytes: [UInt8], _ type: MessageType) -> Int64? {
            TimeShift.time(of: bytes.span.bytes, as: type)
        }
        #expect(time([0x08, 0x05], .event) == 5)
        #expect(time([0x08, 0x05, 0x10, 0x80, 0x89, 0x7a], .event) == 2)
        #expect(time([0x10, 0x07], .newStateNotification) == 7)
        #expect(time([], .event) == nil)
        #expect(time([0x08, 0x05], .traits) == nil)
    }
}
