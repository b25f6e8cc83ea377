// Java's properties as a context: every name in librdkafka's terms, and a report of what has none.

/// The outcome of translating a set of properties into other terms.
public struct PropertiesTranslation: Sendable {
    /// The properties, each a name and a value.
    public internal(set) var properties: [(name: String, value: String)] = []
    /// The properties that have no counterpart and are not needed, a line each.
    public internal(set) var omitted: [String] = []
    /// The properties that are needed and cannot be translated.
    public internal(set) var failures: [SettingsError] = []

    /// The properties of a Java client as a context has them.
    ///
    /// References stay as they are written. A name that means different things to different clients
    /// stays too: contexts know Java's names.
    /// - Throws: when the file cannot be read.
    public init(
        fromJava file: SettingsFile,
        in world: SettingsWorld
    ) throws(SettingsError) {
        var given: [Setting] = []
        for setting in try Settings.propertiesLayer(file).settings {
            let name = PropertyNames.canonical(setting.name)
            given.removeAll { PropertyNames.canonical($0.name) == name }
            given.append(setting)
        }
        var values: [String: String] = [:]
        for setting in given { values[setting.name] = setting.value }
        for setting in given {
            let outcomes = ClientRole.allCases.map { role in
                PropertyRule.outcome(
                    of: PropertySource(
                        name: setting.name,
                        value: setting.value,
                        role: role,
                        given: values,
                        world: world
                    )
                )
            }
            var sets: [[(name: String, value: String)]] = []
            for outcome in outcomes {
                switch outcome {
                case .set(let assignments): sets.append(assignments)
                case .dropped(let why):
                    omitted.append("\(setting.origin): '\(setting.name)' is ignored: \(why)")
                case .failed(_, var error):
                    error.origin = setting.origin
                    failures.append(error)
                }
                if sets.isEmpty { break }
            }
            guard let first = sets.first else { continue }
            let isSame = sets.allSatisfy { set in set.elementsEqual(first, by: ==) }
            properties += isSame ? first : [(name: setting.name, value: setting.value)]
        }
    }

    /// Returns the addresses among the properties, which are taken out of them.
    public mutating func takeBootstrapServers() -> String? {
        let index = properties.lastIndex {
            PropertyNames.canonical($0.name) == "bootstrap.servers"
        }
        return index.map { properties.remove(at: $0).value }
    }
}

extension PropertiesTranslation {
    /// The properties as a file for Java's clients.
    public var javaText: String {
        properties.map { "\(Self.escaped($0.name, isName: true))=\(Self.escaped($0.value))\n" }
            .joined()
    }

    /// Returns the text as a properties file has it, in characters that every reader takes alike.
    private static func escaped(_ text: String, isName: Bool = false) -> String {
        var result = ""
        for (index, unit) in text.utf16.enumerated() {
            switch unit {
            case 0x0A: result += "\\n"
            case 0x0D: result += "\\r"
            case 0x09: result += "\\t"
            case 0x5C: result += "\\\\"
            case 0x20: result += isName || index == 0 ? "\\ " : " "
            case 0x3A, 0x3D, 0x23, 0x21:
                let scalar = Unicode.Scalar(UInt8(truncatingIfNeeded: unit))
                result += (isName ? "\\" : "") + String(scalar)
            case 0x21...0x7E: result += String(Unicode.Scalar(UInt8(truncatingIfNeeded: unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        return result
    }
}
