// Contexts added, changed, removed and renamed in a file; all else in it stays as it is.
//
// 1. Whole lines are inserted and deleted, values and keys replaced at their places.
// 2. The result is read again: an edit that did not make exactly the change asked for is refused.

internal import YAML

extension ContextEdit {
    /// Returns the file with one more context.
    ///
    /// - Throws: when there is one of that name, or the file cannot be edited.
    public static func add(
        _ template: ContextTemplate,
        to file: SettingsFile
    ) throws(SettingsError) -> [UInt8] {
        let before = try ContextFile(parsing: file)
        if let there = before[template.name] {
            throw SettingsError("context '\(template.name)' already exists", origin: there.origin)
        }
        var text = EditedText(file.bytes)
        let root = try pairs(of: file)
        if let contexts = root.first(where: { $0.key.scalar?.text == "contexts" }) {
            guard case .mapping(let entries) = contexts.value.content, let first = entries.first
            else {
                text.replaceEmptyValue(of: contexts, by: template.lines(indent: "  "))
                return try checked(text, file, before) { $0.add(template) }
            }
            let indent = String(repeating: " ", count: first.key.place.column - 1)
            let end = entries.last.map { EditedText.lastLine(of: $0.value, in: file.bytes) }
            text.insert(
                template.lines(indent: indent),
                after: max(end ?? 0, entries.last?.key.place.line ?? 0)
            )
        } else {
            text.append(["contexts:"] + template.lines(indent: "  "))
        }
        return try checked(text, file, before) { $0.add(template) }
    }

    /// Returns the file without a context.
    public static func remove(
        _ name: String,
        from file: SettingsFile
    ) throws(SettingsError) -> [UInt8] {
        let before = try ContextFile(parsing: file)
        let pair = try context(name, of: file)
        var text = EditedText(file.bytes)
        text.delete(pair)
        return try checked(text, file, before) { $0.contexts.removeAll { $0.name == name } }
    }

    /// Returns the file with another name for a context, and for it as the current one.
    public static func rename(
        _ old: String,
        to new: String,
        in file: SettingsFile
    ) throws(SettingsError) -> [UInt8] {
        let before = try ContextFile(parsing: file)
        if let there = before[new] {
            throw SettingsError("context '\(new)' already exists", origin: there.origin)
        }
        let pair = try context(old, of: file)
        var text = EditedText(file.bytes)
        text.replace(pair.key, by: YAML.quoted(new))
        if let current = try pairs(of: file).first(where: {
            $0.key.scalar?.text == "current-context" && $0.value.scalar?.text == old
        }) {
            text.replace(current.value, by: YAML.quoted(new))
        }
        return try checked(text, file, before) { model in
            if model.current == old { model.current = new }
            for index in model.contexts.indices where model.contexts[index].name == old {
                model.contexts[index].name = new
            }
        }
    }

    /// Returns the file with a value in a context set; without a value, with the key deleted.
    ///
    /// `key`: `bootstrap-servers`, `properties-file`, or the name of a property.
    public static func set(
        _ key: String,
        to value: String?,
        ofContext name: String,
        in file: SettingsFile
    ) throws(SettingsError) -> [UInt8] {
        let before = try ContextFile(parsing: file)
        let pair = try context(name, of: file)
        var text = EditedText(file.bytes)
        var entries: [YAMLNode.Pair] = []
        if case .mapping(let found) = pair.value.content { entries = found }
        let isOwn = key == "bootstrap-servers" || key == "properties-file"
        let holder = isOwn ? nil : entries.first { $0.key.scalar?.text == "properties" }
        var properties: [YAMLNode.Pair] = []
        if case .mapping(let found)? = holder?.value.content { properties = found }
        let found = (isOwn ? entries : properties).first { entry in
            let text = entry.key.scalar?.text ?? ""
            return text == key
                || !isOwn && PropertyNames.canonical(text) == PropertyNames.canonical(key)
        }
        let own = found?.key.scalar?.text ?? key
        if let value, let found {
            text.replace(found.value, by: YAML.quoted(value))
        } else if let found {
            text.delete(found)
        } else if let value {
            let line = "\(YAML.quoted(key)): \(YAML.quoted(value))"
            if let first = properties.first, let last = properties.last {
                text.insert([first.key.indent + line], after: text.lastLine(of: last))
            } else if let holder {
                text.replaceEmptyValue(of: holder, by: [holder.key.indent + "  " + line])
            } else {
                let indent = entries.first?.key.indent ?? pair.key.indent + "  "
                let lines =
                    isOwn ? [indent + line] : [indent + "properties:", indent + "  " + line]
                if let last = entries.last {
                    text.insert(lines, after: text.lastLine(of: last))
                } else {
                    text.replaceEmptyValue(of: pair, by: lines)
                }
            }
        } else {
            throw SettingsError(
                "context '\(name)' has no '\(SecretNames.shown(key))'",
                origin: before[name]?.origin
            )
        }
        return try checked(text, file, before) { model in
            for index in model.contexts.indices where model.contexts[index].name == name {
                model.contexts[index].set(own, to: value)
            }
        }
    }

    private static func pairs(of file: SettingsFile) throws(SettingsError) -> [YAMLNode.Pair] {
        do throws(YAMLError) {
            if case .mapping(let pairs)? = try YAML.parse(file.bytes)?.content { return pairs }
        } catch {
            throw SettingsError(error.reason, origin: .file(path: file.path, line: 1))
        }
        return []
    }

    private static func context(
        _ name: String,
        of file: SettingsFile
    ) throws(SettingsError) -> YAMLNode.Pair {
        let contexts = try pairs(of: file).first { $0.key.scalar?.text == "contexts" }
        if case .mapping(let entries)? = contexts?.value.content,
            let found = entries.first(where: { $0.key.scalar?.text == name })
        {
            return found
        }
        throw ContextChoice.missing(name, in: [try ContextFile(parsing: file)])
    }

    /// Returns the edited bytes if they read as the old file with exactly this change.
    private static func checked(
        _ text: EditedText,
        _ file: SettingsFile,
        _ before: ContextFile,
        _ change: (inout ContextModel) -> Void
    ) throws(SettingsError) -> [UInt8] {
        var wanted = ContextModel(before)
        change(&wanted)
        let edited = SettingsFile(path: file.path, bytes: text.bytes, isFound: file.isFound)
        guard text.isFaithful, let after = try? ContextFile(parsing: edited),
            ContextModel(after) == wanted
        else {
            throw SettingsError(
                "kctl cannot edit this file without other changes",
                origin: .file(path: file.path, line: 1),
                hint: "edit it by hand, one key per line"
            )
        }
        return text.bytes
    }
}

/// The meaning of a file: what an edit changes, and what it must leave.
private struct ContextModel: Equatable {
    struct Entry: Equatable {
        var name: String
        var settings: [String: String]
        var propertiesFile: String?

        mutating func set(_ key: String, to value: String?) {
            switch key {
            case "properties-file": propertiesFile = value
            case "bootstrap-servers": settings["bootstrap.servers"] = value
            default: settings[key] = value
            }
        }
    }

    var current: String?
    var contexts: [Entry]

    init(_ file: ContextFile) {
        current = file.current?.value
        contexts = file.contexts.map { context in
            var settings: [String: String] = [:]
            for setting in context.settings { settings[setting.name] = setting.value }
            return Entry(
                name: context.name,
                settings: settings,
                propertiesFile: context.propertiesFile?.value
            )
        }
    }

    mutating func add(_ template: ContextTemplate) {
        var entry = Entry(name: template.name, settings: [:])
        for (name, value) in template.properties { entry.settings[name] = value }
        entry.settings["bootstrap.servers"] = template.bootstrapServers
        contexts.append(entry)
    }
}

extension YAMLNode {
    /// The blanks in front of it, for a key that begins its line.
    fileprivate var indent: String { String(repeating: " ", count: place.column - 1) }
}

/// The bytes of a file, edited from its end to its beginning so that places stay true.
private struct EditedText {
    private(set) var bytes: [UInt8]
    /// False when a place is written in a way that cannot be edited in whole lines.
    private(set) var isFaithful = true

    private let original: [UInt8]
    private let lineEnd: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        original = bytes
        let isDOS = bytes.firstIndex(of: 0x0A).map { $0 > 0 && bytes[$0 - 1] == 0x0D } ?? false
        lineEnd = Array((isDOS ? "\r\n" : "\n").utf8)
    }

    /// Returns the last line that a value has content in, without comments behind it.
    static func lastLine(of node: YAMLNode, in bytes: [UInt8]) -> Int {
        switch node.content {
        case .mapping(let pairs):
            if isFlow(node, in: bytes) { return node.end.line }
            return pairs.last.map {
                max($0.key.end.line, lastLine(of: $0.value, in: bytes))
            } ?? node.place.line
        case .sequence(let items):
            if isFlow(node, in: bytes) { return node.end.line }
            return items.last.map { lastLine(of: $0, in: bytes) } ?? node.place.line
        case .scalar:
            // A block of lines ends where the next key begins.
            return node.end.column == 1 && node.end.line > node.place.line
                ? node.end.line - 1 : node.end.line
        }
    }

    func lastLine(of pair: YAMLNode.Pair) -> Int {
        max(pair.key.end.line, Self.lastLine(of: pair.value, in: original))
    }

    private static func isFlow(_ node: YAMLNode, in bytes: [UInt8]) -> Bool {
        let start = YAMLText.offset(of: node.place, in: bytes)
        return start < bytes.count
            && (bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "["))
    }

    /// Replaces a key or a value.
    mutating func replace(_ node: YAMLNode, by text: String) {
        let start = YAMLText.offset(of: node.place, in: original)
        var end = YAMLText.offset(of: node.end, in: original)
        while end > start, [0x20, 0x0A, 0x0D, 0x09].contains(original[end - 1]) { end -= 1 }
        // An empty value has no bytes of its own: the blank behind the colon comes first.
        let isEmpty = start >= end
        substitute(start..<max(start, end), (isEmpty ? " " : "") + text)
    }

    /// Puts lines in place of a value that is nothing or `{}`.
    mutating func replaceEmptyValue(of pair: YAMLNode.Pair, by lines: [String]) {
        if case .mapping(let pairs) = pair.value.content {
            guard pairs.isEmpty else {
                isFaithful = false
                return
            }
            let start = YAMLText.offset(of: pair.value.place, in: original)
            let end = YAMLText.offset(of: pair.value.end, in: original)
            let after = pair.value.end.line
            insert(lines, after: after)
            substitute(start..<end, "")
        } else if pair.value.scalar?.text.isEmpty == true {
            insert(lines, after: pair.key.end.line)
        } else {
            isFaithful = false
        }
    }

    /// Inserts lines behind a line of the original.
    mutating func insert(_ lines: [String], after line: Int) {
        let offset = YAMLText.offset(of: YAMLPlace(line: line + 1, column: 1), in: original)
        var text: [UInt8] = []
        if offset == original.count, let last = original.last, last != 0x0A, last != 0x0D {
            text += lineEnd
        }
        for line in lines { text += Array(line.utf8) + lineEnd }
        bytes.insert(contentsOf: text, at: offset)
    }

    /// Appends lines at the end.
    mutating func append(_ lines: [String]) {
        if let last = bytes.last, last != 0x0A, last != 0x0D { bytes += lineEnd }
        for line in lines { bytes += Array(line.utf8) + lineEnd }
    }

    /// Deletes the lines of a pair, which must be its alone.
    mutating func delete(_ pair: YAMLNode.Pair) {
        let start = YAMLText.offset(
            of: YAMLPlace(line: pair.key.place.line, column: 1),
            in: original
        )
        let key = YAMLText.offset(of: pair.key.place, in: original)
        guard original[start..<key].allSatisfy({ $0 == 0x20 }) else {
            isFaithful = false
            return
        }
        let end = YAMLText.offset(
            of: YAMLPlace(line: lastLine(of: pair) + 1, column: 1),
            in: original
        )
        bytes.removeSubrange(start..<end)
    }

    private mutating func substitute(_ range: Range<Int>, _ text: String) {
        bytes.replaceSubrange(range, with: Array(text.utf8))
    }
}
