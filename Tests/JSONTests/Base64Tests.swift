// Base64 back to bytes: what is written is read, and nothing else is.

import JSON
import Testing

struct Base64Tests {
    @Test(
        arguments: [
            ("", []), ("AA==", [0]), ("/w==", [255]), ("AAA=", [0, 0]), ("YWI=", [97, 98]),
            ("YWJj", [97, 98, 99]), ("+/+/", [0xfb, 0xff, 0xbf]), ("AAAAAA==", [0, 0, 0, 0]),
        ] as [(String, [UInt8])]
    )
    func canonicalTextIsRead(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64.decode(text.utf8) == bytes)
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AA=", "A===", "====", "=", "==", "=AAA", "AA=A", "AAA=AAAA", "AA==AAAA",
        "AA===", "AB==", "AAB=", "AAAA=", "AAAA==", "AA\n==", " AA==", "AA== ", "A-_A", "ÄAA",
        "AA==\0",
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test func everyLengthComesBack() {
        for length in 0...70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
            var buffer = ByteBuffer()
            buffer.appendBase64(bytes.span.bytes)
            #expect(Base64.decode(buffer.text.utf8) == bytes)
        }
    }
}
