// Reads kcat's configuration files: a property a line.
//
// They look like Java's properties and are not: a backslash is itself, but before `:` and `=`, a
// line never goes on in the next one, and `!` begins no remark.

/// Reads kcat's configuration files.
enum KcatFile {
    /// Returns the settings of a file, in its order.
    static func layer(_ file: SettingsFile) throws(SettingsError) -> Settings.Layer {
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw SettingsError(
                "the file is not valid UTF-8",
                origin: .file(path: file.path, line: 1)
            )
        }
        var layer = Settings.Layer()
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let line = trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let origin = Origin.file(path: file.path, line: index + 1)
            guard let equals = line.firstIndex(of: "=") else {
                throw SettingsError("'=' is missing", origin: origin, hint: "name=value")
            }
            let name = trimmed(line[..<equals])
            guard !name.isEmpty else {
                throw SettingsError("the name before '=' is missing", origin: origin)
            }
            let value = trimmed(line[line.index(after: equals)...])
            layer.settings.append(
                Setting(
                    PropertyNames.withoutTopicPrefix(name),
                    unescaped(value),
                    origin: origin
                )
            )
        }
        layer.noteSecrets(in: file)
        return layer
    }

    private static func unescaped(_ value: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            if scalar == ":" || scalar == "=", result.last == "\\" { result.removeLast() }
            result.append(scalar)
        }
        return String(result)
    }
}
