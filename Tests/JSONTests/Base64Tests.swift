// Base64 back to bytes: what is written is read, and nothing else is.

import JSON
import Testing

struct Base64Tests {
    private func decode(_ text: String) -> [UInt8]? {
        var buffer = ByteBuffer()
        guard buffer.appendDecodedBase64(text.utf8.span.bytes) else {
            #expect(buffer.text == "")
            return nil
        }
        return buffer.bytes.withUnsafeBytes { [UInt8]($0) }
    }

    @Test(
        arguments: [
            ("", []), ("AA==", [0]), ("/w==", [255]), ("AAA=", [0, 0]), ("YWI=", [97, 98]),
            ("YWJj", [97, 98, 99]), ("+/+/", [0xfb, 0xff, 0xbf]), ("AAAAAA==", [0, 0, 0, 0]),
        ] as [(String, [UInt8])]
    )
    func canonicalTextIsRead(_ text: String, _ bytes: [UInt8]) {
        #expect(decode(text) == bytes)
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AA=", "A===", "====", "=", "==", "=AAA", "AA=A", "AAA=AAAA", "AA==AAAA",
        "AA===", "AB==", "AAB=", "AAAA=", "AAAA==", "AA\n==", " AA==", "AA== ", "A-_A", "ÄAA",
        "AA==\0",
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(decode(text) == nil)
    }

    @Test func everyLengthComesBack() {
        for length in 0...70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
            var buffer = ByteBuffer()
            buffer.appendBase64(bytes.span.bytes)
            #expect(decode(buffer.text) == bytes)
        }
    }
}
