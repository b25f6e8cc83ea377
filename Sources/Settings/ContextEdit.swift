// Changes a file with contexts and leaves all else as it is: comments, order, blanks.

internal import YAML

/// Edits of files with contexts.
public enum ContextEdit {
    /// Returns the file with `name` as its `current-context`.
    ///
    /// The text is changed in one place, and read again: an edit that would change anything else is
    /// refused.
    /// - Throws: when the file cannot be read, or is written in a way that this edit cannot change.
    public static func use(
        _ name: String,
        in file: SettingsFile
    ) throws(SettingsError) -> [UInt8] {
        let before = try ContextFile(parsing: file)
        let root: YAMLNode?
        do throws(YAMLError) { root = try YAML.parse(file.bytes) } catch {
            throw SettingsError(error.reason, origin: .file(path: file.path, line: 1))
        }
        var pairs: [YAMLNode.Pair] = []
        if case .mapping(let found) = root?.content { pairs = found }
        let bytes: [UInt8]
        if let pair = pairs.first(where: { $0.key.scalar?.text == "current-context" }) {
            bytes = replaced(pair, by: name, in: file.bytes)
        } else {
            bytes = inserted(name, before: pairs.first?.key.place, in: file.bytes)
        }
        let edited = SettingsFile(path: file.path, bytes: bytes, isFound: file.isFound)
        guard let after = try? ContextFile(parsing: edited), after.current?.value == name,
            after.contexts.map(\.name) == before.contexts.map(\.name),
            after.contexts.map({ $0.settings.map(\.value) })
                == before.contexts.map({ $0.settings.map(\.value) })
        else {
            throw SettingsError(
                "kctl cannot edit this file without other changes",
                origin: before.current?.origin ?? .file(path: file.path, line: 1),
                hint: "write current-context: \(YAML.quoted(name))"
            )
        }
        return bytes
    }

    private static func replaced(
        _ pair: YAMLNode.Pair,
        by name: String,
        in bytes: [UInt8]
    ) -> [UInt8] {
        let start = YAMLText.offset(of: pair.value.place, in: bytes)
        let end = YAMLText.offset(of: pair.value.end, in: bytes)
        guard start < end else { return bytes }
        return Array(bytes[..<start]) + Array(YAML.quoted(name).utf8) + Array(bytes[end...])
    }

    /// Returns a new line in front of the first key, and of the comment that belongs to that key.
    private static func inserted(
        _ name: String,
        before place: YAMLPlace?,
        in bytes: [UInt8]
    ) -> [UInt8] {
        let text = YAMLText(bytes)
        let isDOS = bytes.firstIndex(of: 0x0A).map { $0 > 0 && bytes[$0 - 1] == 0x0D } ?? false
        let lineEnd = Array((isDOS ? "\r\n" : "\n").utf8)
        let line = Array("current-context: \(YAML.quoted(name))".utf8) + lineEnd
        guard let place else {
            let needsEnd = bytes.last.map { $0 != 0x0A && $0 != 0x0D } ?? false
            return bytes + (needsEnd ? lineEnd : []) + line
        }
        var number = place.line
        while number > 1, text[number - 1].hasPrefix("#") { number -= 1 }
        // What begins with the file speaks of the file.
        if number == 1 { number = place.line }
        let offset = YAMLText.offset(of: YAMLPlace(line: number, column: 1), in: bytes)
        return Array(bytes[..<offset]) + line + Array(bytes[offset...])
    }
}
