// From options to a client: settings resolved, properties checked, log lines shown when asked for.

package import KafkaCore
import Output
import Probe
package import Reactor
package import Settings

/// A client, and what belongs to every use of it.
package struct Connection {
    package let client: Client
    /// The settings the client was made with.
    package let settings: ClusterSettings
    package let timeout: Duration
    package let clock: any Clock

    /// The addresses asked for, for messages.
    package var servers: String { client.bootstrapServers }

    /// Returns the whole cluster's metadata.
    package func metadata() throws(CommandError) -> Metadata {
        do { return try client.metadata(timeout: timeout, clock: clock) } catch {
            throw firstContact(error)
        }
    }

    /// Returns one topic's metadata.
    package func topic(_ name: String) throws(CommandError) -> Topic {
        do { return try client.topic(name, timeout: timeout, clock: clock) } catch {
            guard error.kind == .unreachable else {
                throw CommandError(error, topic: name, on: servers)
            }
            throw firstContact(error)
        }
    }

    /// Returns the offsets of partitions.
    package func offsets(
        of partitions: [TopicPartition],
        at time: OffsetTime
    ) throws(CommandError) -> [OffsetAnswer] {
        do {
            return try client.offsets(of: partitions, at: time, timeout: timeout, clock: clock)
        } catch {
            throw CommandError(error, on: servers)
        }
    }

    /// Returns the two ends of partitions: the high watermark and the last stable offset.
    package func ends(of partitions: [TopicPartition]) throws(CommandError) -> [PartitionEndsAnswer]
    {
        do { return try client.ends(of: partitions, timeout: timeout, clock: clock) } catch {
            throw CommandError(error, on: servers)
        }
    }

    /// Returns the offsets of partitions whose leaders answer; those of the others hold an error.
    package func availableOffsets(
        of partitions: [TopicPartition],
        at time: OffsetTime
    ) throws(CommandError) -> [OffsetAnswer] {
        guard !partitions.isEmpty else { return [] }
        do {
            return try client.availableOffsets(
                of: partitions,
                at: time,
                timeout: timeout,
                clock: clock
            )
        } catch {
            throw CommandError(error, on: servers)
        }
    }

    /// Returns the two ends of partitions whose leaders answer; those of the others hold an error.
    package func availableEnds(
        of partitions: [TopicPartition]
    ) throws(CommandError) -> [PartitionEndsAnswer] {
        do {
            return try client.ends(
                of: partitions,
                fromWhoAnswers: true,
                timeout: timeout,
                clock: clock
            )
        } catch {
            throw CommandError(error, on: servers)
        }
    }

    /// Returns the `max.message.bytes` of a topic; nil when that may not be read, or is nowhere.
    package func largestBatch(of topic: String, within limit: Duration) -> Int? {
        let admin = Admin(client, timeout: min(timeout, limit), clock: clock)
        let configs = try? admin.topicConfigs([topic])[topic]?.get()
        let value = configs?.first { $0.entry.name == "max.message.bytes" }?.entry.value
        guard let limit = value.flatMap({ Int($0) }), limit > 0 else { return nil }
        return limit
    }

    /// Makes the wakeup that the library raises when there is something to take.
    package func makeWakeup() throws(CommandError) -> Wakeup {
        do { return try Wakeup() } catch { throw CommandError(error, doing: "cannot wait") }
    }

    /// Administrative calls.
    package var admin: Admin { Admin(client, timeout: timeout, clock: clock) }
}

extension Context {
    /// Makes a client; nothing is sent yet.
    ///
    /// `flags` are properties that this command has options for; `defaults` are those it wants
    /// unless the user says otherwise; `required` ones it cannot do without. `joinsGroup` makes a
    /// client for a `GroupMember`. `showsNotes` is false for a second client of the same settings,
    /// whose notes have been printed.
    /// - Throws: `CommandError` of status `usage` for a wrong property, naming its origin.
    package mutating func connect(
        _ options: ClusterOptions,
        as role: ClientRole = .admin,
        flags: [Setting] = [],
        defaults: [Property] = [],
        required: [Property] = [],
        joinsGroup: Bool = false,
        showsNotes: Bool = true
    ) throws(CommandError) -> Connection {
        isVerbose = options.global.isVerbose
        guard options.timeout > .zero else {
            throw CommandError(.usage, "invalid value for --timeout: must be greater than 0")
        }
        let settings = try settings(options, as: role, flags: flags, defaults: defaults)
            .withReadableKeyStore
        let ownID = flags.contains { $0.name == "transactional.id" }
        if let transactional = settings["transactional.id"], role == .producer, !ownID {
            throw CommandError(
                .usage,
                "\(transactional.origin): transactional.id is given with --transactional-id"
            )
        }
        let tokens: OAuthTokens?
        do { tokens = try OAuthTokens(settings, timeout: options.timeout, clock: clock) } catch {
            throw CommandError(error)
        }
        let properties = settings.properties.filter { property in
            tokens == nil || !OAuthTokens.properties.contains(property.name)
        }
        let client: Client
        do {
            client = try Client(
                role == .consumer ? .consumer : .producer,
                bootstrapServers: settings.bootstrapServers,
                properties: properties.map { Property($0.name, $0.value) },
                required: required,
                joinsGroup: joinsGroup,
                tokens: tokens.map { source in { source.fetch() } }
            )
        } catch {
            switch error {
            case .property(let property): throw CommandError(property, in: settings)
            case .kafka(let error):
                if let problem = TLSSettings(settings).problem(settings) { throw problem }
                if let problem = settings.loginProblem { throw CommandError(problem) }
                throw CommandError(.usage, "conflicting properties: \(error.reason)")
            }
        }
        usesDefaultServers = settings.origin(of: "bootstrap.servers") == .builtIn
        if showsNotes {
            for note in settings.notes { self.note("note: " + note) }
        }
        if isVerbose {
            if showsNotes { for detail in settings.details { note("note: " + detail) } }
            showLog(of: client)
        }
        // The library asks for a token at once, and connects to no broker before it has one.
        if tokens != nil { client.serve(waiting: .milliseconds(500)) }
        return Connection(
            client: client,
            settings: settings,
            timeout: options.timeout,
            clock: clock
        )
    }

    /// Has the library's log lines printed, each different one once.
    private func showLog(of client: Client) {
        var seen = SeenLines()
        let errors = errors
        client.logSink = { line in
            guard let text = seen.text(line) else { return }
            try? errors.write(text)
            try? errors.flush()
        }
    }
}

extension Context {
    /// Returns the settings for what brokers report before a login: what only a login needs may be
    /// missing.
    ///
    /// - Throws: `CommandError` of status `usage` for a wrong property, naming its origin.
    package mutating func settingsBeforeLogin(
        _ options: ClusterOptions
    ) throws(CommandError) -> ClusterSettings {
        isVerbose = options.global.isVerbose
        let settings = try settings(options, as: .admin).withReadableKeyStore
        do throws(ClientError) {
            // Only for the names and values of properties: it logs in nowhere and runs no kinit.
            _ = try Client(
                .producer,
                bootstrapServers: settings.bootstrapServers,
                properties: settings.properties.filter { !OAuthTokens.properties.contains($0.name) }
                    .map { Property($0.name, $0.value) },
                required: [Property("security.protocol", "plaintext")]
            )
        } catch {
            switch error {
            case .property(let property): throw CommandError(property, in: settings)
            case .kafka:
                if let problem = TLSSettings(settings).problem(settings) { throw problem }
            }
        }
        for note in settings.notes { self.note("note: " + note) }
        return settings
    }
}

extension CommandError {
    /// A property that the library refuses.
    fileprivate init(_ property: PropertyError, in settings: ClusterSettings) {
        self.init(
            settings.refusal(
                of: property.name,
                reason: property.isUnknown ? nil : property.reason,
                known: Properties.knownNames()
            )
        )
    }
}
