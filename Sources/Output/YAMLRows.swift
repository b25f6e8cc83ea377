// Objects as YAML: what JSON says, as a list of mappings, by libyaml.

import JSON
import YAML

extension OutputStream {
    /// Appends what `body` writes as JSON as one more mapping of a YAML list.
    ///
    /// Lists that follow one another are one list.
    func writeYAML(_ body: (inout JSONWriter) -> Void) throws(OutputError) {
        var json = JSONWriter()
        body(&json)
        let text = json.text
        let isUnsafe = isTerminal && TerminalText.escaped(text) != text
        let bytes = Array(text.utf8)
        do {
            var emitter = try YAMLEmitter(isASCII: isUnsafe)
            var reader = JSONReader(bytes.span.bytes)
            emitter.beginList()
            try Self.copy(&reader, of: bytes, to: &emitter)
            emitter.endList()
            try write(String(decoding: emitter.finish(), as: UTF8.self))
        } catch let error as OutputError {
            throw error
        } catch {
            throw .failed("cannot be written as YAML: \(error)")
        }
    }

    /// Copies the next value; the depth is bounded by the reader.
    private static func copy(
        _ reader: inout JSONReader,
        of bytes: [UInt8],
        to emitter: inout YAMLEmitter
    ) throws(JSONError) {
        switch try reader.peekKind() {
        case .object:
            emitter.beginMapping()
            try reader.beginObject()
            while let key = try reader.nextKey() {
                emitter.text(reader.string(of: key))
                try copy(&reader, of: bytes, to: &emitter)
            }
            emitter.endMapping()
        case .array:
            emitter.beginList()
            try reader.beginArray()
            while try reader.nextElement() { try copy(&reader, of: bytes, to: &emitter) }
            emitter.endList()
        case .string: emitter.text(reader.string(of: try reader.string()))
        case .number, .bool, .null:
            let range = try reader.rawValue()
            emitter.word(String(decoding: bytes[range], as: UTF8.self))
        case .end: break
        }
    }
}
