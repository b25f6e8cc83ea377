// Reads a file with contexts: named sets of settings, and which of them is used.
//
//   current-context: prod
//   contexts:
//     prod:
//       bootstrap-servers: kafka1:9093,kafka2:9093
//       properties-file: client.properties
//       properties:
//         security.protocol: SASL_SSL
//
// 1. A key that is none of these is an error, in whichever context it stands: what is misspelt would
//    otherwise be left out without a word. Names of properties are librdkafka's to judge.
// 2. Values are taken as they are written: `0123` is a password of four digits.

internal import YAML

/// A file with contexts.
public struct ContextFile: Sendable {
    /// One context.
    public struct Context: Sendable {
        /// Its name.
        public let name: String
        /// The place where it begins.
        public let origin: Origin
        /// Its properties, the addresses last.
        public let settings: [Setting]
        /// The properties file that it builds on.
        public let propertiesFile: Setting?

        /// The addresses as they are written.
        public var bootstrapServers: Setting? {
            settings.last { PropertyNames.canonical($0.name) == "bootstrap.servers" }
        }
    }

    /// The file.
    public let file: SettingsFile
    /// The context that is used when the user does not say otherwise.
    public let current: Setting?
    /// The contexts in the order of the file.
    public let contexts: [Context]

    /// The context called `name`.
    public subscript(name: String) -> Context? { contexts.first { $0.name == name } }

    /// Reads a whole file; one that is empty holds no context.
    ///
    /// - Throws: with line, column and excerpt, for the first thing that is wrong.
    public init(parsing file: SettingsFile) throws(SettingsError) {
        let text = YAMLText(file.bytes)
        self.file = file
        let root: YAMLNode?
        do throws(YAMLError) { root = try YAML.parse(file.bytes) } catch {
            throw SettingsError(
                error.reason,
                origin: Self.origin(file, error.place),
                excerpt: Excerpt(around: error.place, in: text)
            )
        }
        var reader = ContextReader(file: file, text: text)
        if let root { try reader.read(root) }
        current = reader.current
        contexts = reader.contexts
    }

    fileprivate static func origin(_ file: SettingsFile, _ place: YAMLPlace) -> Origin {
        .place(path: file.path, line: place.line, column: place.column)
    }
}

/// Walks the tree once.
private struct ContextReader {
    let file: SettingsFile
    let text: YAMLText
    var current: Setting?
    var contexts: [ContextFile.Context] = []

    private static let topKeys = ["current-context", "contexts"]
    private static let contextKeys = ["bootstrap-servers", "properties", "properties-file"]

    mutating func read(_ root: YAMLNode) throws(SettingsError) {
        if root.scalar?.value == .null { return }
        for pair in try pairs(root, of: "the file") {
            switch name(pair) {
            case "current-context":
                let name = try word(pair.value, of: "current-context")
                current = setting(pair, "current-context", name, isWholeLine: true)
            case "contexts":
                if pair.value.scalar?.value == .null { continue }
                for context in try pairs(pair.value, of: "'contexts'") {
                    contexts.append(try self.context(context))
                }
            default: throw unknown(pair, among: Self.topKeys, in: "at the top of the file")
            }
        }
    }

    private func context(_ pair: YAMLNode.Pair) throws(SettingsError) -> ContextFile.Context {
        let name = name(pair)
        guard !name.isEmpty, name != ContextChoice.none,
            name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else {
            throw error("a context name must be a word without spaces", at: pair)
        }
        var settings: [Setting] = []
        var addresses: Setting?
        var propertiesFile: Setting?
        if pair.value.scalar?.value != .null {
            for entry in try pairs(pair.value, of: "context '\(name)'") {
                switch self.name(entry) {
                case "bootstrap-servers":
                    let list = try addressList(entry.value)
                    addresses = setting(entry, "bootstrap.servers", list)
                case "properties-file":
                    let path = try word(entry.value, of: "properties-file")
                    propertiesFile = setting(entry, "properties-file", path)
                case "properties":
                    if entry.value.scalar?.value == .null { continue }
                    for property in try pairs(entry.value, of: "'properties'") {
                        settings.append(try self.property(property))
                    }
                default: throw unknown(entry, among: Self.contextKeys, in: "in context '\(name)'")
                }
            }
        }
        if let addresses { settings.append(addresses) }
        return ContextFile.Context(
            name: name,
            origin: ContextFile.origin(file, pair.key.place),
            settings: settings,
            propertiesFile: propertiesFile
        )
    }

    private func property(_ pair: YAMLNode.Pair) throws(SettingsError) -> Setting {
        let name = name(pair)
        let shown = SecretNames.shown(name)
        guard let scalar = pair.value.scalar else {
            throw error("'\(shown)' requires one value, not \(pair.value.kind)", at: pair)
        }
        guard scalar.value != .null else {
            throw error("'\(shown)' has no value", at: pair, hint: "write '' for an empty value")
        }
        return setting(pair, name, scalar.text)
    }

    /// Addresses as one text, or as a list.
    private func addressList(_ node: YAMLNode) throws(SettingsError) -> String {
        guard case .sequence(let items) = node.content else {
            return try word(node, of: "bootstrap-servers")
        }
        var words: [String] = []
        for item in items { words.append(try word(item, of: "bootstrap-servers")) }
        return words.joined(separator: ",")
    }

    /// Returns a single text; a number counts as one.
    private func word(_ node: YAMLNode, of key: String) throws(SettingsError) -> String {
        guard let scalar = node.scalar, scalar.value != .null, !scalar.text.isEmpty else {
            let isEmpty = node.scalar?.text.isEmpty == true
            throw SettingsError(
                isEmpty ? "'\(key)' is empty" : "'\(key)' requires a string, not \(node.kind)",
                origin: ContextFile.origin(file, node.place),
                excerpt: Excerpt(around: node.place, in: text)
            )
        }
        return scalar.text
    }

    private func pairs(
        _ node: YAMLNode,
        of what: String
    ) throws(SettingsError) -> [YAMLNode.Pair] {
        if case .mapping(let pairs) = node.content { return pairs }
        throw SettingsError(
            "\(what) must be a mapping, not \(node.kind)",
            origin: ContextFile.origin(file, node.place),
            excerpt: Excerpt(around: node.place, in: text)
        )
    }

    private func name(_ pair: YAMLNode.Pair) -> String { pair.key.scalar?.text ?? "" }

    private func setting(
        _ pair: YAMLNode.Pair,
        _ name: String,
        _ value: String,
        isWholeLine: Bool = false
    ) -> Setting {
        var setting = Setting(name, value, origin: ContextFile.origin(file, pair.key.place))
        setting.source = ValueSource(
            folder: file.folder,
            isFound: file.isFound,
            isUntrusted: file.isUntrusted,
            hasOwnPaths: true,
            excerpt: isWholeLine
                ? Excerpt(value: pair.value.place, in: text) : Excerpt(key: pair.key, in: text)
        )
        return setting
    }

    private func unknown(
        _ pair: YAMLNode.Pair,
        among keys: [String],
        in what: String
    ) -> SettingsError {
        let near = NameSuggestion.nearest(to: name(pair), among: keys)
        return error(
            "unknown key '\(SecretNames.shownKey(name(pair)))' \(what)",
            at: pair,
            hint: near.map { "did you mean '\($0)'?" }
                ?? "expected \(keys.joined(separator: ", "))"
        )
    }

    private func error(
        _ reason: String,
        at pair: YAMLNode.Pair,
        hint: String? = nil
    ) -> SettingsError {
        SettingsError(
            reason,
            origin: ContextFile.origin(file, pair.key.place),
            hint: hint,
            excerpt: Excerpt(key: pair.key, in: text)
        )
    }
}
