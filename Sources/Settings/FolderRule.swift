// What a folder's file may say before its user trusts it.
// The folder's author wrote the file: a repository that was cloned, an archive that was unpacked.
//
// 1. What is not on the list needs trust. A name that this list has never heard of does, too.
// 2. What is on the list runs nothing, reads nothing, sends nothing of the user's, and weakens nothing
//    that a command claims: an acknowledgement, or which records were read.
// 3. A value with a reference needs trust, whatever its name; so does one that no text of a line holds,
//    since another protocol may act on it where it is sent to.
// 4. An address is a host and a port: a protocol before it would choose how to log in.

/// The rule for files that came with a folder.
public enum FolderRule {
    /// Returns the reason `setting` counts in a trusted file only; nil when it counts in any.
    ///
    /// The text follows "this file".
    public static func objection(to setting: Setting) -> String? {
        let name = SecretNames.shown(setting.name)
        if setting.hasReference { return "uses a reference in '\(name)'" }
        if setting.value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "has control characters in '\(name)'"
        }
        if addresses.contains(setting.name) {
            return setting.value.contains("://") ? "names a protocol in '\(name)'" : nil
        }
        if allowed.contains(setting.name) { return nil }
        if let values = allowedValues[setting.name] {
            let value = setting.value.lowercased()
            return values.contains(value) ? nil : "sets '\(name)' to '\(setting.value)'"
        }
        return "sets '\(name)'"
    }

    private static let addresses: Set<String> = ["bootstrap.servers", "metadata.broker.list"]

    /// Names whose every value is harmless, librdkafka's and Java's.
    private static let allowed: Set<String> = [
        // Who asks, for a broker's log and quotas.
        "client.id", "client.rack", "client.software.name",
        // Topics' defaults.
        "auto.offset.reset", "compression.codec", "compression.level", "compression.type",
        "delivery.timeout.ms", "message.timeout.ms", "partitioner", "partitioner.class",
        "request.timeout.ms",
        // Sizes and pauses of what is sent.
        "batch.num.messages", "batch.size", "buffer.memory", "linger.ms", "max.request.size",
        "message.copy.max.bytes", "message.max.bytes", "queue.buffering.backpressure.threshold",
        "queue.buffering.max.kbytes", "queue.buffering.max.messages", "queue.buffering.max.ms",
        "sticky.partitioning.linger.ms", "transaction.timeout.ms",
        // Sizes and pauses of what is read.
        "fetch.error.backoff.ms", "fetch.max.bytes", "fetch.max.wait.ms",
        "fetch.message.max.bytes", "fetch.min.bytes", "fetch.queue.backoff.ms",
        "fetch.wait.max.ms", "max.partition.fetch.bytes", "max.poll.records",
        "queued.max.messages.kbytes", "queued.min.messages", "receive.message.max.bytes",
        // Members of groups.
        "coordinator.query.interval.ms", "heartbeat.interval.ms", "max.poll.interval.ms",
        "partition.assignment.strategy", "session.timeout.ms",
        // Connections.
        "api.version.request.timeout.ms", "broker.address.family", "broker.address.ttl",
        "connections.max.idle.ms", "metadata.max.age.ms", "receive.buffer.bytes",
        "reconnect.backoff.max.ms", "reconnect.backoff.ms", "retry.backoff.max.ms",
        "retry.backoff.ms", "send.buffer.bytes", "socket.connection.setup.timeout.ms",
        "socket.keepalive.enable", "socket.max.fails", "socket.nagle.disable",
        "socket.receive.buffer.bytes", "socket.send.buffer.bytes", "socket.timeout.ms",
        "topic.metadata.propagation.max.ms", "topic.metadata.refresh.fast.interval.ms",
        "topic.metadata.refresh.interval.ms", "topic.metadata.refresh.sparse",
        // What Java's clients need and kctl leaves out.
        "key.deserializer", "key.serializer", "value.deserializer", "value.serializer",
        "default.api.timeout.ms", "max.block.ms",
    ]

    /// Names of which some values promise less than kctl does by itself.
    private static let allowedValues: [String: Set<String>] = [
        "acks": ["all", "-1"], "request.required.acks": ["all", "-1"],
        "enable.idempotence": ["true"], "isolation.level": ["read_committed"],
        "allow.auto.create.topics": ["false"],
    ]
}

extension ContextFile {
    /// One line of a context, for a user who reads the file.
    public struct Entry: Sendable {
        /// The context's name; nil for `current-context`.
        public let context: String?
        /// The setting that it makes.
        public let setting: Setting
        /// The reason it counts in a trusted file only; nil when it counts in any.
        public let objection: String?
    }

    /// The content of the user's own files, which a folder's file may not change.
    public struct Own: Sendable {
        let names: Set<String>
        let current: String?

        /// `files`: all that count, the highest first.
        public init(in files: [ContextFile]) {
            let own = files.filter { !$0.file.isFound }
            names = Set(own.flatMap { $0.contexts.map(\.name) })
            current = own.compactMap(\.current).first?.value
        }
    }

    /// Returns the reason the `current-context` of a folder's file would turn commands away from
    /// the user's own: by `-` to whatever listens on this machine, by a context that only the
    /// folder has to its addresses.
    func redirection(from own: Own) -> String? {
        guard let current else { return nil }
        if current.value == ContextChoice.none { return "removes your current context" }
        guard let name = own.current, name != current.value, !own.names.contains(current.value)
        else { return nil }
        return "selects its own context '\(current.value)' instead of your '\(name)'"
    }

    /// Returns everything that a folder's file sets, the properties files that it names included.
    public func entries(against own: Own) throws(SettingsError) -> [Entry] {
        var entries: [Entry] = []
        if let current {
            let why = redirection(from: own)
            entries.append(Entry(context: nil, setting: current, objection: why))
        }
        for context in contexts {
            let name = context.name
            let isOwn = own.names.contains(name)
            let change = isOwn ? "changes your context '\(name)'" : nil
            if let named = context.propertiesFile {
                let why = change ?? objection(toFile: named)
                entries.append(Entry(context: name, setting: named, objection: why))
                for setting in try companionSettings(of: named) {
                    let why = change ?? FolderRule.objection(to: setting)
                    entries.append(Entry(context: name, setting: setting, objection: why))
                }
            }
            for setting in context.settings {
                let why = change ?? FolderRule.objection(to: setting)
                entries.append(Entry(context: name, setting: setting, objection: why))
            }
            if let change, context.settings.isEmpty, context.propertiesFile == nil {
                let setting = Setting("(nothing)", "", origin: context.origin)
                entries.append(Entry(context: name, setting: setting, objection: change))
            }
        }
        return entries
    }

    /// Returns the error of a command that needs the context `name` of this file, which is not
    /// trusted; nil when the file has no such context, or says nothing in it that needs trust.
    public func trustNeed(
        of name: String,
        against own: Own
    ) throws(SettingsError) -> SettingsError? {
        guard file.isUntrusted else { return nil }
        let entry = try entries(against: own).first { $0.context == name && $0.objection != nil }
        guard let entry, let objection = entry.objection else { return nil }
        return .untrusted(objection, at: entry.setting.origin, in: file)
    }

    /// The properties files that its contexts name.
    public var propertiesFiles: [Setting] { contexts.compactMap(\.propertiesFile) }

    /// Returns the place of a properties file that it names; references in the name are resolved.
    public func path(
        of named: Setting,
        in world: SettingsWorld
    ) throws(SettingsError) -> String {
        world.path(try named.expanded(in: world).value, from: file.folder)
    }

    private func objection(toFile named: Setting) -> String? {
        if named.hasReference { return "uses a reference in 'properties-file'" }
        if file.companions[named.value] != nil { return nil }
        return "names the properties-file '\(named.value)', which is not a file in its folder"
    }

    private func companionSettings(of named: Setting) throws(SettingsError) -> [Setting] {
        guard let companion = file.companions[named.value] else { return [] }
        return try Settings.propertiesLayer(companion).settings
    }
}

extension SettingsError {
    /// Returns the error for what only a trusted file may do.
    static func untrusted(
        _ objection: String,
        at origin: Origin?,
        in file: SettingsFile
    ) -> SettingsError {
        untrusted(objection, at: origin, folder: file.folder, hasChanged: file.hasChanged)
    }

    /// Returns the same, where the file itself is not at hand.
    static func untrusted(
        _ objection: String,
        at origin: Origin?,
        folder: String,
        hasChanged: Bool = false
    ) -> SettingsError {
        let state = hasChanged ? "has changed since it was trusted" : "is not trusted"
        var error = SettingsError(
            "this file \(state), and \(objection)",
            origin: origin,
            hint: trustCommand(folder)
        )
        error.needsTrust = true
        return error
    }

    /// Returns the command that trusts the file of `folder`.
    public static func trustCommand(_ folder: String) -> String {
        "kctl config trust \(shellQuoted(folder))"
    }
}

/// Returns a word as a shell takes it literally.
func shellQuoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte) || "._-/".utf8.contains(byte)
    }
    guard !plain || word.isEmpty else { return word }
    let parts = word.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
}
