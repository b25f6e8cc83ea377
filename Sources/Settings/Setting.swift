// One property, its value, and where it was given: what every layer of settings is made of.

/// The origin of a value; messages and `config explain` name it.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// A flag of its own, named as the user types it: `--bootstrap-server`.
    case flag(String)
    /// `-X name=value` on the command line.
    case property
    /// A line of a file, counted from 1.
    case file(path: String, line: Int)
    /// A place in a file with contexts, line and column counted from 1.
    case place(path: String, line: Int, column: Int)
    /// An environment variable.
    case environment(String)
    /// A default of kctl's own.
    case builtIn

    /// The origin as messages name it: `-X`, `client.properties:3`, `environment KCTL_X_ACKS`.
    public var description: String {
        switch self {
        case .flag(let name): name
        case .property: "-X"
        case .file(let path, let line): "\(path):\(line)"
        case .place(let path, let line, let column): "\(path):\(line):\(column)"
        case .environment(let name): "environment \(name)"
        case .builtIn: "default"
        }
    }
}

/// A property with its value and its origin.
public struct Setting: Hashable, Sendable {
    /// The property's name; in `ClusterSettings` always one that librdkafka is to understand.
    public var name: String
    /// The value as it is passed on, secrets included: print `shownValue` instead.
    public var value: String
    /// The origin of the value.
    public var origin: Origin
    /// The source text of the value; nil when it means just what it says.
    var source: ValueSource?

    /// Makes a setting.
    public init(_ name: String, _ value: String, origin: Origin) {
        self.name = name
        self.value = value
        self.origin = origin
    }

    /// True when the value is a secret, which is never printed.
    public var isSecret: Bool { SecretNames.contains(name) && !value.isEmpty }

    /// The value as it may be printed: `(set)` in place of a secret, and of a URL no more than
    /// scheme, host and path.
    public var shownValue: String { isSecret ? "(set)" : URLText.reduced(value, of: name) }

    /// True when it was given in a file that came with a folder.
    public var isFromFolder: Bool { source?.isFound ?? false }

    /// True when that file is not trusted.
    public var isUntrusted: Bool { source?.isUntrusted ?? false }
}
