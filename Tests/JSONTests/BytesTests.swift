// Hexadecimal digits, Base64 without padding, patterns over bytes, and where JSON values end.

import JSON
import Testing

struct BytesTests {
    private func bytes(_ buffer: borrowing ByteBuffer) -> [UInt8] {
        buffer.bytes.withUnsafeBytes { [UInt8]($0) }
    }

    @Test func hexThereAndBack() {
        var text = ByteBuffer()
        let all = (0...255).map { UInt8($0) }
        text.appendHex(all.span.bytes)
        #expect(text.text.hasPrefix("000102"))
        #expect(text.text.hasSuffix("fdfeff"))
        var back = ByteBuffer()
        let isHex = back.appendDecodedHex(text.bytes)
        #expect(isHex)
        #expect(bytes(back) == all)
        let isMixed = back.appendDecodedHex("aAfF".utf8.span.bytes)
        #expect(isMixed)
        #expect(bytes(back).suffix(2) == [0xaa, 0xff])
        let before = back.count
        for bad in ["a", "0g", "g0", " 0", "0x", "00zz"] {
            let isGood = back.appendDecodedHex(bad.utf8.span.bytes)
            #expect(!isGood)
            #expect(back.count == before)
        }
    }

    @Test func hexNumbers() {
        var text = ByteBuffer()
        for number in [0, 1, 15, 16, 255, 256, UInt64.max] {
            text.append(hex: number, digits: nil)
            text.append(UInt8(ascii: " "))
        }
        text.append(hex: 0x1234, digits: 2)
        text.append(hex: 0xa, digits: 4)
        #expect(text.text == "0 1 f 10 ff 100 ffffffffffffffff 34000a")
    }

    @Test(
        arguments: [
            ("", ""), ("YQ", "a"), ("YWI", "ab"), ("YWJj", "abc"), ("YWJjZA", "abcd"),
            ("Y", nil), ("YQ==", nil), ("YWI=", nil), ("YWJ", nil), ("YR", nil), ("Y=", nil),
            ("YWJjY", nil), ("====", nil), ("YQ=", nil), ("Y Q", nil),
        ] as [(String, String?)]
    )
    func base64WithoutPadding(_ text: String, _ expected: String?) {
        var buffer = ByteBuffer()
        let isGood = buffer.appendDecodedUnpaddedBase64(text.utf8.span.bytes)
        #expect(isGood == (expected != nil))
        #expect(buffer.text == expected ?? "")
    }

    @Test(
        arguments: [
            ("[0-9]+", "12a", 2), ("[0-9]+", "a12", nil), ("a|ab|abc", "abcd", 3),
            ("a*", "b", 0), ("a*", "", 0), ("a", "", nil), ("^a", "a", 1), ("a$", "ab", nil),
            ("b|^a", "ab", 1),
        ] as [(String, String, Int?)]
    )
    func patterns(_ pattern: String, _ text: String, _ length: Int?) throws {
        let found = try BytePattern(pattern).length(atStartOf: text.utf8.span.bytes)
        #expect(found == length)
    }

    @Test func patternsAreOverBytes() throws {
        let bytes: [UInt8] = [97, 255, 0xc3, 0, 98]
        let found = try BytePattern("a..").length(atStartOf: bytes.span.bytes)
        #expect(found == 3)
        let longer = try BytePattern("a[^b]*b").length(atStartOf: bytes.span.bytes)
        #expect(longer == 5)
        #expect(throws: BytePattern.Mistake.self) { _ = try BytePattern("(") }
    }

    @Test(
        arguments: [
            ("{}", 2), (#"{"}":"\"]"} "#, 11), ("[[],{}]x", 7), (#""a\\""b"#, 5), ("12 ", 2),
            ("12,", 2), ("true]", 4), ("-1.5e+9\n", 7), ("x", nil), ("12", nil), ("{", nil),
            (#""a\""#, nil), ("}", 1), (" ", 1),
        ] as [(String, Int?)]
    )
    func valuesEnd(_ text: String, _ length: Int?) {
        let bytes = Array(text.utf8)
        var extent = JSONExtent()
        let whole = extent.scan(bytes.span.bytes)
        #expect(whole == length)
        // The same, a byte at a time.
        var slow = JSONExtent()
        var found: Int?
        for end in 0...bytes.count where found == nil {
            found = slow.scan(bytes.span.bytes.extracting(first: end))
        }
        #expect(found == length)
    }
}
