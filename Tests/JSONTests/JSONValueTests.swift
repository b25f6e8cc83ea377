import JSON
import Testing

@Suite struct JSONValueTests {
    @Test func keepsOrderDuplicatesAndDigits() throws {
        let value = try JSONValue(parsing: #"{"b":1.50,"a":[null,true,"\u0041"],"b":2}"#)
        #expect(
            value
                == .object([
                    .init(key: "b", value: .number("1.50")),
                    .init(key: "a", value: .array([.null, .bool(true), .string("A")])),
                    .init(key: "b", value: .number("2")),
                ])
        )
        #expect(value["b"]?.int64 == 2)
        #expect(value["a"]?[2]?.string == "A")
        #expect(value["a"]?[1]?.bool == true)
        #expect(value["a"]?[0]?.isNull == true)
        #expect(value["a"]?.array?.count == 3)
    }

    @Test func whatIsNotThereIsNil() throws {
        let value = try JSONValue(parsing: #"{"a":[1]}"#)
        #expect(value["b"] == nil)
        #expect(value["a"]?[1] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value[0] == nil)
        #expect(value.string == nil)
        #expect(value.int64 == nil)
        #expect(value.bool == nil)
        #expect(value.array == nil)
        #expect(value["a"]?["a"] == nil)
        #expect(!value.isNull)
    }

    /// What the writer writes, the reader reads as the same values, and they write the same bytes.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func whatIsWrittenIsReadBack(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let value = randomValue(depth: 5, &random)
        var first = JSONWriter()
        write(value, to: &first)
        let text = first.text
        let read = try JSONValue(parsing: text)
        #expect(read == value)
        var second = JSONWriter()
        write(read, to: &second)
        #expect(second.text == text)
        var reader = JSONReader(text.utf8.span.bytes)
        #expect(try reader.rawValue() == 0..<text.utf8.count)
    }

    /// A text with one byte changed is read or refused, but never by one way of reading alone.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func damagedTextIsJudgedAlike(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        var writer = JSONWriter()
        write(randomValue(depth: 4, &random), to: &writer)
        var bytes = Array(writer.text.utf8)
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
            in: 0...255,
            using: &random
        )
        var treeError: JSONError?
        var skipError: JSONError?
        do throws(JSONError) { _ = try JSONValue(parsing: bytes.span.bytes) } catch {
            treeError = error
        }
        do throws(JSONError) {
            var reader = JSONReader(bytes.span.bytes)
            _ = try reader.rawValue()
            try reader.end()
        } catch { skipError = error }
        #expect(treeError == skipError)
    }

    private func randomValue(depth: Int, _ random: inout SplitMix) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .number(String(Int64.random(in: .min ... .max, using: &random)))
        case 3, 4: return .string(randomText(&random))
        case 5:
            let count = Int.random(in: 0..<5, using: &random)
            return .array((0..<count).map { _ in randomValue(depth: depth - 1, &random) })
        default:
            let count = Int.random(in: 0..<5, using: &random)
            return .object(
                (0..<count).map { _ in
                    let key = randomText(&random)
                    return .init(key: key, value: randomValue(depth: depth - 1, &random))
                }
            )
        }
    }

    private func randomText(_ random: inout SplitMix) -> String {
        var text = ""
        let highest: [UInt32] = [0x7F, 0x7F, 0x7F, 0xFF, 0xFFFF, 0x10FFFF]
        for _ in 0..<Int.random(in: 0..<40, using: &random) {
            let top = highest.randomElement(using: &random) ?? 0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...top, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let digits): writer.raw(digits.utf8.span.bytes)
        case .string(let text): writer.string(text)
        case .array(let elements):
            writer.beginArray()
            for element in elements { write(element, to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(text: member.key)
                write(member.value, to: &writer)
            }
            writer.endObject()
        }
    }
}

/// A generator that gives the same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
