// What settings may ask of the outside world.
// This room opens nothing itself: a command hands these in, and a test hands in others.

/// A file of settings as it was read.
public struct SettingsFile: Sendable {
    /// Its name, as messages show it.
    public let path: String
    /// Its contents.
    public var bytes: [UInt8]
    /// True when users other than its owner can read it.
    public let isReadableByOthers: Bool
    /// True when it came with a folder, such as a cloned repository, instead of being chosen by the
    /// user: then `FolderRule` says what of it counts, unless it is trusted.
    public let isFound: Bool
    /// True when the user has said that a found file counts like one of their own.
    public var isTrusted = false
    /// True when the user has said so of other bytes than these, or of other properties files.
    public var hasChanged = false
    /// The properties files that its contexts name, by the name that stands there.
    public var companions: [String: SettingsFile] = [:]

    /// Makes a file.
    public init(
        path: String,
        bytes: [UInt8],
        isReadableByOthers: Bool = false,
        isFound: Bool = false
    ) {
        self.path = path
        self.bytes = bytes
        self.isReadableByOthers = isReadableByOthers
        self.isFound = isFound
    }

    /// Returns the file, trusted or not.
    func trusted(_ isTrusted: Bool) -> SettingsFile {
        var file = self
        file.isTrusted = isTrusted
        return file
    }

    /// True when it was found, and the user has not said that it may be trusted.
    public var isUntrusted: Bool { isFound && !isTrusted }

    /// The folder that it is in, `.` for a bare name.
    public var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// The kind of a file of keys or certificates.
public enum StoreKind: Sendable {
    /// Text.
    case pem
    /// The standard binary form.
    case pkcs12
    /// Java's own form.
    case java
}

/// Answers to what values refer to.
public struct SettingsWorld {
    /// The environment variables.
    public let environment: [String: String]
    /// Reads a file.
    let read: (String) throws(SettingsError) -> SettingsFile
    /// Runs a line of shell and gives what it prints; nil where commands are only shown.
    let run: ((String) throws(SettingsError) -> String)?
    /// Returns the kind of store the bytes are; nil when they are none.
    let kind: ([UInt8]) -> StoreKind?
    /// The certificates of a PKCS#12 store as PEM, by its bytes and its password.
    let certificates: ([UInt8], String) throws(SettingsError) -> String

    /// Makes a world; without `run`, values with a command in them stay as they are written.
    public init(
        environment: [String: String],
        read: @escaping (String) throws(SettingsError) -> SettingsFile,
        run: ((String) throws(SettingsError) -> String)?,
        kind: @escaping ([UInt8]) -> StoreKind? = { _ in nil },
        certificates: @escaping ([UInt8], String) throws(SettingsError) -> String = {
            _,
            _ throws(SettingsError) in throw SettingsError("stores are not read here")
        }
    ) {
        self.environment = environment
        self.read = read
        self.run = run
        self.kind = kind
        self.certificates = certificates
    }

    /// Returns the path as the file in `folder` means it: `~/` is the home folder, and what is not
    /// absolute starts from that folder.
    func path(_ path: String, from folder: String) -> String {
        if path.hasPrefix("~/"), let home = environment["HOME"], !home.isEmpty {
            return home + path.dropFirst()
        }
        guard !path.hasPrefix("/"), !path.isEmpty, folder != "." else { return path }
        return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }
}

/// Everything that settings are taken from.
public struct SettingsSources {
    /// Properties that have a flag of their own, such as `bootstrap.servers`.
    public var flags: [Setting] = []
    /// The words given to `-X`, each `name=value`.
    public var overrides: [String] = []
    /// The file given to `--command-config`: Java's properties, or contexts when its name ends in
    /// `.yaml` or `.yml`.
    public var commandConfig: SettingsFile?
    /// The file given to `--kcat-config`.
    public var kcatConfig: SettingsFile?
    /// All environment variables; those of others are ignored.
    public var environment: [String: String] = [:]
    /// Files with contexts, the highest first.
    public var files: [SettingsFile] = []
    /// The context given to `--context`.
    public var context: String?
    /// The lowest layer; see `PropertyDefaults`.
    public var defaults: [Setting] = []
    /// True when what needs trust and lacks it is shown as it is written, instead of being refused.
    public var showsUntrusted = false

    /// Nothing.
    public init() {}
}
