// What is emitted is read back as the same, whatever the texts hold.

import Testing
import YAML

struct YAMLEmitterTests {
    private static let texts = [
        "", " ", "a", "a b", " a ", "a: b", "a #b", "- a", "#", "&a", "*a", "!a", "%a", "@a", "`a",
        "null", "Null", "~", "true", "no", "off", "y", "0", "007", "1e3", "0x1F", ".inf", "1_000",
        "2026-01-31", "12:30:00", "=", "<<", "a\nb", "a\n", "\n", "\ta", "a\tb", "a\r\nb", "\r",
        "\u{0}", "\u{1b}[2J", "\u{7f}", "\u{85}", "\u{a0}", "\u{2028}", "\u{202e}", "\u{feff}",
        "é", "漢字", "😀", "'", "\"", "it's", "a\\b", "---", "...", "{a}", "[a]", "a,b", "?", "? a",
        String(repeating: "long ", count: 100), String(repeating: "x", count: 2000),
    ]

    @Test(arguments: [false, true])
    func textsAreReadBackAsTheyWere(isASCII: Bool) throws {
        for text in Self.texts {
            var emitter = try YAMLEmitter(isASCII: isASCII)
            emitter.beginList()
            emitter.beginMapping()
            emitter.text(text)
            emitter.text(text)
            emitter.endMapping()
            emitter.endList()
            let bytes = try emitter.finish()
            let node = try YAML.parse(bytes)
            guard case .sequence(let items)? = node?.content,
                case .mapping(let pairs)? = items.first?.content
            else {
                Issue.record("\(text.debugDescription): \(String(decoding: bytes, as: UTF8.self))")
                continue
            }
            #expect(pairs.count == 1)
            #expect(pairs.first?.key.scalar?.text == text)
            #expect(pairs.first?.value.scalar?.value == .string)
            #expect(pairs.first?.value.scalar?.text == text)
            if isASCII { #expect(bytes.allSatisfy { $0 < 128 && $0 >= 10 }) }
        }
    }
}
