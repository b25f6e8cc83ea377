// The block that output is put together in, at its edges.

import JSON
import Testing

struct ByteBufferTests {
    @Test(
        arguments: [
            0, 1, 9, 10, 99, 100, 999_999_999_999_999_999, 1_000_000_000_000_000_000, .max, -1, -10,
            .min,
        ] as [Int64]
    )
    func numbersAreTheirDigits(_ number: Int64) {
        var buffer = ByteBuffer()
        buffer.append(decimal: number)
        #expect(buffer.text == "\(number)")
        buffer.removeAll()
        buffer.append(decimal: number.magnitude)
        #expect(buffer.text == "\(number.magnitude)")
    }

    @Test func whatTurnsOrHidesTextIsEscapedForATerminal() throws {
        var buffer = ByteBuffer()
        buffer.append(text: "\u{202e}")
        let before = buffer.count
        let json = "{\"a\u{feff}é\":\"\\\\\u{202e}x\u{e0041}\u{1f600}\"}"
        buffer.append(text: json)
        buffer.escapeFormatControls(from: before)
        let made = "{\"a\\ufeffé\":\"\\\\\\u202ex\\udb40\\udc41\u{1f600}\"}"
        #expect(buffer.text == "\u{202e}" + made)
        #expect(try JSONValue(parsing: made) == JSONValue(parsing: json))
        // What needs nothing stays as it is.
        buffer.removeAll()
        buffer.append(text: "{\"é\":1}")
        buffer.escapeFormatControls(from: 0)
        #expect(buffer.text == "{\"é\":1}")
    }

    @Test func growsAndKeepsWhatItHas() {
        var buffer = ByteBuffer(capacity: 0)
        let chunk = [UInt8](0...255)
        for _ in 0..<100 { buffer.append(chunk.span.bytes) }
        let count = buffer.count
        #expect(count == 25_600)
        buffer.removeFirst(256 * 99 + 3)
        let rest = buffer.bytes.withUnsafeBytes { [UInt8]($0) }
        #expect(rest == [UInt8](3...255))
        buffer.removeFirst(253)
        let isEmpty = buffer.isEmpty
        #expect(isEmpty)
    }

    @Test func aByteIsFoundBehindTheStart() {
        var buffer = ByteBuffer()
        buffer.append("a,b,c")
        let found = [0, 1, 2, 3, 4, 5].map { buffer.firstIndex(of: UInt8(ascii: ","), from: $0) }
        #expect(found == [1, 1, 3, 3, nil, nil])
    }

    @Test func whatABodyWritesIsAdded() throws {
        var buffer = ByteBuffer()
        buffer.append("a")
        let written = buffer.append(atMost: 1000) { room in
            #expect(room.byteCount == 1000)
            room.storeBytes(of: UInt8(ascii: "b"), toByteOffset: 0, as: UInt8.self)
            return 1
        }
        #expect(written == 1)
        #expect(buffer.text == "ab")
        #expect(throws: JSONError.self) {
            try buffer.append(atMost: 10) { _ throws(JSONError) in throw JSONError(at: 0, "no") }
        }
        #expect(buffer.text == "ab")
    }
}
