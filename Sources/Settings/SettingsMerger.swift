// The merge itself: layer by layer into one list, Java's names turned, conflicts settled.

/// Collects layers, the lowest first, and makes the effective settings of them.
struct SettingsMerger {
    /// A winner so far: what to set, or what is wrong with it.
    private enum Candidate {
        case setting(Setting)
        case failure(SettingsError)
    }

    private let role: ClientRole
    private let world: SettingsWorld
    /// True when what needs trust and lacks it is shown as it is written.
    private let showsUntrusted: Bool
    /// By alias-free name as given; the order is that of the last assignment.
    private var given = OrderedNames<Setting>()
    private var notes: [String] = []
    private var details: [String] = []

    init(role: ClientRole, world: SettingsWorld, showsUntrusted: Bool) {
        self.role = role
        self.world = world
        self.showsUntrusted = showsUntrusted
    }

    mutating func add(_ layer: Settings.Layer) {
        notes += layer.notes
        for setting in layer.settings {
            given.set(PropertyNames.canonical(setting.name), to: setting)
        }
    }

    mutating func finish(context: ContextChoice?) throws(SettingsError) -> ClusterSettings {
        var winners = try turned()
        settleIdempotence(&winners)
        settleAuthorities(&winners)
        let bootstrap =
            winners["bootstrap.servers"]
            ?? Setting("bootstrap.servers", PropertyDefaults.bootstrapServers, origin: .builtIn)
        let isShown = bootstrap.isUntrusted && bootstrap.hasReference
        let servers = isShown ? bootstrap.value : try BootstrapServers.normalised(bootstrap)
        if !showsUntrusted { try guardLogin(winners, bootstrap) }
        try KerberosRule.check(winners.values.filter { !isShownOnly($0) })
        var normalised = bootstrap
        normalised.value = servers
        winners.replace("bootstrap.servers", with: normalised)
        return ClusterSettings(
            bootstrapServers: servers,
            properties: winners.values,
            notes: notes.map(oneLine),
            details: details.map(oneLine),
            context: context
        )
    }

    /// Returns every setting in librdkafka's terms.
    private mutating func turned() throws(SettingsError) -> OrderedNames<Setting> {
        var values: [String: String] = [:]
        var expanded: [(setting: Setting, failure: SettingsError?)] = []
        for setting in given.values {
            do throws(SettingsError) {
                expanded.append((try setting.expanded(in: world), nil))
            } catch {
                expanded.append((setting, error))
            }
        }
        for setting in expanded.map(\.setting) { values[setting.name] = setting.value }
        var candidates = OrderedNames<Candidate>()
        for (setting, failure) in expanded {
            if isShownOnly(setting) {
                candidates.set(PropertyNames.canonical(setting.name), to: .setting(setting))
                continue
            }
            try check(setting)
            let source = PropertySource(
                name: setting.name,
                value: setting.value,
                role: role,
                given: values,
                world: world
            )
            switch PropertyRule.outcome(of: source) {
            case .set(let assignments):
                for (name, value) in assignments {
                    var turned = Setting(name, value, origin: setting.origin)
                    turned.source = setting.source
                    candidates.set(
                        PropertyNames.canonical(name),
                        to: failure.map { .failure($0) } ?? .setting(turned)
                    )
                }
            case .dropped(let why):
                details.append("\(setting.origin): '\(setting.name)' is ignored: \(why)")
            case .failed(let target, var error):
                error.origin = setting.origin
                error.excerpt = setting.source?.excerpt
                candidates.set(PropertyNames.canonical(target), to: .failure(failure ?? error))
            }
        }
        var winners = OrderedNames<Setting>()
        for candidate in candidates.values {
            switch candidate {
            case .setting(let setting):
                winners.set(PropertyNames.canonical(setting.name), to: setting)
            case .failure(let error): throw error
            }
        }
        return winners
    }

    /// True for what needs trust and lacks it: nothing is made of it.
    private func isShownOnly(_ setting: Setting) -> Bool {
        setting.isUntrusted && FolderRule.objection(to: setting) != nil
    }

    /// Refuses to log in at an address that a file chose which is not trusted: its author would get
    /// the user's password, token or ticket.
    private func guardLogin(
        _ winners: OrderedNames<Setting>,
        _ bootstrap: Setting
    ) throws(SettingsError) {
        guard bootstrap.isUntrusted else { return }
        let protocolName = winners["security.protocol"]?.value.lowercased() ?? ""
        let login = winners.values.first { setting in
            setting.name.hasPrefix("sasl.") && protocolName.hasPrefix("sasl")
                || Self.certificates.contains(where: setting.name.hasPrefix)
                    && protocolName.hasSuffix("ssl")
        }
        guard let login = login ?? winners["security.protocol"], !protocolName.isEmpty,
            protocolName.hasPrefix("sasl") || login.name != "security.protocol"
        else { return }
        throw .untrusted(
            "kctl would send your login to its address ('\(login.name)' is from \(login.origin))",
            at: bootstrap.origin,
            folder: bootstrap.source?.folder ?? "."
        )
    }

    /// The prefixes of the names of what shows who the user is.
    private static let certificates = [
        "ssl.certificate.", "ssl.key.", "ssl.keystore.", "ssl.engine.", "ssl.providers",
    ]

    private func check(_ setting: Setting) throws(SettingsError) {
        // A value that ran into its name: no message shows it, and the library never sees it.
        let isName = setting.name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "._-".utf8.contains(byte) || byte == 0
        }
        guard isName else {
            throw SettingsError(
                "unknown property '\(SecretNames.shown(setting.name))'",
                origin: setting.origin,
                hint: "NAME=VALUE",
                excerpt: setting.source?.excerpt
            )
        }
        // librdkafka takes C strings: what follows a NUL would be lost without a word.
        for text in [setting.name, setting.value] where text.utf8.contains(0) {
            let name = setting.name.prefix { $0 != "\0" }
            throw SettingsError(
                "'\(name)' contains a NUL character",
                origin: setting.origin,
                excerpt: setting.source?.excerpt
            )
        }
    }

    /// Certificates given as text and as a file are the same setting: the higher layer has it.
    private func settleAuthorities(_ winners: inout OrderedNames<Setting>) {
        let names = ["ssl.ca.location", "ssl.ca.pem"]
        let given = winners.values.map(\.name).filter(names.contains)
        if given.count == 2 { winners.remove(given[0]) }
    }

    /// Turns off an idempotence that the user did not ask for when what was asked for excludes it.
    private mutating func settleIdempotence(_ winners: inout OrderedNames<Setting>) {
        guard let idempotence = winners["enable.idempotence"], idempotence.origin == .builtIn,
            idempotence.value == "true"
        else { return }
        // A user who asks for these needs idempotence: librdkafka names the conflict.
        guard (winners["transactional.id"]?.value ?? "").isEmpty,
            winners["enable.gapless.guarantee"]?.value.lowercased() != "true"
        else { return }
        for (name, excludes) in Self.idempotenceExcludes {
            guard let setting = winners[name], setting.origin != .builtIn, excludes(setting.value)
            else { continue }
            winners.replace(
                "enable.idempotence",
                with: Setting("enable.idempotence", "false", origin: .builtIn)
            )
            notes.append(
                "idempotence is off, retries may duplicate records: "
                    + "\(setting.origin) sets \(setting.name)=\(setting.value)"
            )
            return
        }
    }

    private static let idempotenceExcludes: [(String, @Sendable (String) -> Bool)] = [
        ("request.required.acks", { !["-1", "all"].contains($0.lowercased()) }),
        ("max.in.flight.requests.per.connection", { (Int($0) ?? 0) > 5 }),
        ("message.send.max.retries", { Int($0) == 0 }),
        ("queuing.strategy", { $0.lowercased() == "lifo" }),
    ]
}

/// Values by name, in the order in which they were last set.
private struct OrderedNames<Value> {
    private var byName: [String: (order: Int, value: Value)] = [:]
    private var next = 0

    var values: [Value] {
        byName.values.sorted { $0.order < $1.order }.map(\.value)
    }

    subscript(name: String) -> Value? { byName[name]?.value }

    /// Sets a value and puts it last.
    mutating func set(_ name: String, to value: Value) {
        byName[name] = (order: next, value: value)
        next += 1
    }

    mutating func remove(_ name: String) {
        byName[name] = nil
    }

    /// Sets a value in the place of the one there was.
    mutating func replace(_ name: String, with value: Value) {
        guard let old = byName[name] else { return set(name, to: value) }
        byName[name] = (order: old.order, value: value)
    }
}
