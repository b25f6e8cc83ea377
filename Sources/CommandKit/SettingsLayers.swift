// From options to settings: which files are read, and what values may refer to.
//
// 1. Settings are only resolved here: what a command connects with and what `config explain` shows
//    cannot differ.
// 2. A folder's own file belongs to the folder's author: `FolderFile` and `FolderRule` say what of
//    it counts.

import Crypto
package import KafkaCore
import Reactor
package import Settings

/// Answers that were asked for once: a second client of the same run does not ask again, nor is it
/// shown the same again.
package final class KnownSecrets {
    fileprivate var outputs: [String: String] = [:]
    fileprivate var password: Setting?
    /// Files that are not used, which has been said.
    package var refused: Set<String> = []
}

/// The places of configuration files.
package struct ConfigurationFiles {
    /// The name of a folder's own file.
    package static let projectName = ".kctl.yaml"

    /// A folder's own file, from the working directory up to the root of the repository.
    package var project: String?
    /// The user's own file, whether it is there or not; nil when there is no home folder.
    package var user: String?

    /// Looks for them.
    package init(_ environment: [String: String]) {
        project = Files.workingDirectory.flatMap(Self.search)
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            user = folder + "/kctl/config.yaml"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            user = (home == "/" ? "" : home) + "/.config/kctl/config.yaml"
        }
    }

    /// Returns the nearest file in the folder `start` and those above it, up to the one that is the
    /// root of a repository; outside of a repository only `start` counts.
    package static func search(from start: String) -> String? {
        var folder = Substring(start)
        var nearest: String?
        while true {
            let prefix = folder == "/" ? "" : folder
            let path = "\(prefix)/\(projectName)"
            if nearest == nil, Files.facts(of: path)?.isFolder == false { nearest = path }
            if Files.facts(of: "\(prefix)/.git") != nil { return nearest }
            guard let slash = folder.lastIndex(of: "/"), folder != "/" else { break }
            folder = slash == folder.startIndex ? "/" : folder[..<slash]
        }
        let own = (start == "/" ? "" : start) + "/" + projectName
        return nearest == own ? own : nil
    }
}

extension Context {
    /// Returns the files with contexts that are there, the highest first.
    package func configurationFiles() throws(CommandError) -> [SettingsFile] {
        let places = ConfigurationFiles(environment)
        var files: [SettingsFile] = []
        if let path = places.project, let found = try folderFile(path) { files.append(found.file) }
        if let path = places.user, Files.facts(of: path) != nil {
            files.append(try settingsFile(path))
        }
        return files
    }

    /// Returns the contexts of all files that are there, the highest file first.
    package func contextFiles() throws(CommandError) -> [ContextFile] {
        var files: [ContextFile] = []
        for file in try configurationFiles() {
            do { files.append(try ContextFile(parsing: file)) } catch { throw CommandError(error) }
        }
        return files
    }

    /// Returns a file of settings.
    package func settingsFile(
        _ path: String,
        as what: String = "the configuration file"
    ) throws(CommandError) -> SettingsFile {
        SettingsFile(
            path: path,
            bytes: try read(path, as: what),
            isReadableByOthers: Files.facts(of: path)?.isReadableByOthers == true
        )
    }

    /// Answers to what values refer to; commands are run only when `runs` says so.
    package func settingsWorld(runs: Bool) -> SettingsWorld {
        let environment = environment
        let withoutSecrets = environmentWithoutSecrets()
        let secrets = secrets
        return SettingsWorld(
            environment: environment,
            read: { path throws(SettingsError) in
                let read: GuardedRead
                do throws(ReactorError) {
                    read = try Files.readRegular(path, limit: 1 << 20)
                } catch {
                    var failure = SettingsError("cannot read '\(path)': \(error.reason)")
                    failure.isMissing = error.isNotFound
                    throw failure
                }
                switch read {
                case .bytes(let bytes, let isReadableByOthers):
                    return SettingsFile(
                        path: path,
                        bytes: bytes,
                        isReadableByOthers: isReadableByOthers
                    )
                case .refused(let reason):
                    throw SettingsError("cannot read '\(path)': it \(reason)")
                }
            },
            run: !runs
                ? nil
                : { line throws(SettingsError) in
                    if let known = secrets.outputs[line] { return known }
                    let output = try Self.output(of: line, withoutSecrets)
                    secrets.outputs[line] = output
                    return output
                },
            kind: { bytes in
                switch KeyStoreForm(bytes) {
                case .pem: .pem
                case .pkcs12: .pkcs12
                case .java: .java
                case nil: nil
                }
            },
            certificates: Self.certificates
        )
    }

    private static func certificates(
        _ store: [UInt8],
        _ password: String
    ) throws(SettingsError) -> String {
        let text: String
        do throws(CryptoError) {
            text = try KeyStore.contents(ofPKCS12: store, password: password).certificates
        } catch {
            if error.isWrongPassword {
                throw SettingsError("the password is wrong", hint: "ssl.truststore.password")
            }
            throw SettingsError("OpenSSL cannot read it: \(error.reason)")
        }
        guard !text.isEmpty else { throw SettingsError("it holds no certificate") }
        return text
    }

    private static func output(
        of line: String,
        _ environment: [String: String]
    ) throws(SettingsError) -> String {
        let output: CommandOutput
        do throws(ReactorError) {
            output = try CommandOutput(of: line, environment: environment, limit: 1 << 20)
        } catch {
            throw SettingsError("the command of '${exec:' cannot be run: \(error.reason)")
        }
        switch output.status {
        case .exited(0): break
        case .exited(let status):
            throw SettingsError("the command of '${exec:' ended with status \(status)")
        case .signalled(let signal):
            throw SettingsError("the command of '${exec:' was ended by signal \(signal)")
        }
        guard let text = String(validating: output.bytes, as: UTF8.self) else {
            throw SettingsError("what the command of '${exec:' prints is not UTF-8")
        }
        return text
    }

    /// Returns the effective settings.
    ///
    /// `flags` are properties that the command has options for; `defaults` are those it wants unless
    /// the user says otherwise. `runs`: whether commands in values are run and a password is asked
    /// for, as a client needs it; otherwise they stay as they are written. `showsUntrusted`: whether
    /// what needs trust and lacks it is shown instead of being refused.
    package func settings(
        _ options: ClusterOptions,
        as role: ClientRole,
        flags: [Setting] = [],
        defaults: [Property] = [],
        runs: Bool = true,
        showsUntrusted: Bool = false
    ) throws(CommandError) -> ClusterSettings {
        var sources = SettingsSources()
        sources.showsUntrusted = showsUntrusted
        sources.flags = flags
        if let servers = options.bootstrapServers {
            sources.flags.append(
                Setting("bootstrap.servers", servers, origin: .flag("--bootstrap-server"))
            )
        }
        sources.overrides = options.properties
        if let path = options.commandConfig {
            sources.commandConfig = try settingsFile(path, as: "the properties file")
        }
        if let path = options.kcatConfig {
            sources.kcatConfig = try settingsFile(path, as: "kcat's configuration file")
        }
        sources.environment = environment
        sources.files = try configurationFiles()
        sources.context = options.context
        sources.defaults =
            PropertyDefaults.rows(for: role)
            + defaults.map { Setting($0.name, $0.value, origin: .builtIn) }
        do {
            if options.asksPassword, runs {
                let known = try Settings.resolve(
                    role: role,
                    sources,
                    in: settingsWorld(runs: false)
                )
                sources.flags.append(try password(for: known))
            }
            let settings = try Settings.resolve(role: role, sources, in: settingsWorld(runs: runs))
                .withoutYoungNames { Properties.knownNames() }
            if runs { try checkFiles(of: settings) }
            return settings
        } catch {
            if let error = error as? CommandError { throw error }
            if let error = error as? SettingsError { throw CommandError(error) }
            throw CommandError(.failure, "\(error)")
        }
    }

    /// Returns what the files say of one context, or of the current one; nothing else counts.
    package func contextSettings(
        _ name: String?,
        runs: Bool,
        showsUntrusted: Bool = false
    ) throws(CommandError) -> ClusterSettings {
        var sources = SettingsSources()
        sources.showsUntrusted = showsUntrusted
        sources.files = try configurationFiles()
        sources.context = name
        // Which context is current may be said by the environment; what is in it may not.
        sources.environment = environment.filter { $0.key == ContextChoice.variable }
        do {
            return try Settings.resolve(role: .admin, sources, in: settingsWorld(runs: runs))
                .withoutYoungNames { Properties.knownNames() }
        } catch {
            throw CommandError(error)
        }
    }

    /// Refuses a file of certificates or keys that does not exist, and one that is standard input:
    /// the library would swallow what the command is to read.
    private func checkFiles(of settings: ClusterSettings) throws(CommandError) {
        for setting in settings.properties where PathNames.all.contains(setting.name) {
            let place = "\(setting.origin): \(setting.name)"
            if Files.isStandardInput(setting.value) {
                throw CommandError(
                    .usage,
                    "\(place): '\(setting.value)' is this command's standard input, not a file"
                )
            }
            if !setting.value.isEmpty, setting.value != "probe",
                Files.facts(of: setting.value) == nil
            {
                throw CommandError(
                    .notFound,
                    "\(place) '\(setting.value)': no such file or directory",
                    hint: "kctl needs this file to connect"
                )
            }
        }
    }

    /// Asks for the password that `settings` lack.
    private func password(for settings: ClusterSettings) throws(CommandError) -> Setting {
        if let known = secrets.password { return known }
        let name: String
        let what: String
        if let user = settings["sasl.username"]?.value {
            (name, what) = ("sasl.password", "password of '\(user)'")
        } else if settings["ssl.keystore.location"] != nil {
            (name, what) = ("ssl.keystore.password", "password of the key store")
        } else if settings["ssl.key.location"] != nil || settings["ssl.key.pem"] != nil {
            (name, what) = ("ssl.key.password", "password of the key")
        } else {
            throw CommandError(
                .usage,
                "--ask-password: no login or key that requires a password is configured",
                hint: "sasl.username, ssl.keystore.location or ssl.key.location"
            )
        }
        let line: [UInt8]?
        do {
            line = try HiddenInput.line("kctl: \(what) for \(settings.bootstrapServers): ")
        } catch {
            throw CommandError(
                .usage,
                "--ask-password: there is no terminal to ask on",
                hint: "${file:PATH}, ${env:NAME} or ${exec:COMMAND} in a context"
            )
        }
        guard let line else { throw CommandError(.failure, "cancelled: no password given") }
        guard let password = String(validating: line, as: UTF8.self) else {
            throw CommandError(.usage, "--ask-password: the password is not UTF-8")
        }
        let setting = Setting(name, password, origin: .flag("--ask-password"))
        secrets.password = setting
        return setting
    }
}

extension ClusterSettings {
    /// The settings with the contents of the key store, where the library could not read it: it
    /// leaves stores alone that are encrypted in the ways of old, as Java 8 wrote them.
    package var withReadableKeyStore: ClusterSettings {
        let name = "ssl.keystore.location"
        guard let setting = self[name],
            case .bytes(let bytes, _)? = try? Files.readRegular(setting.value, limit: 1 << 20),
            KeyStoreForm(bytes) == .pkcs12,
            let found = try? KeyStore.contents(
                ofPKCS12: bytes,
                password: self["ssl.keystore.password"]?.value ?? ""
            ),
            found.isOld, let key = found.key
        else { return self }
        return replacing(
            [name, "ssl.keystore.password"],
            with: [
                Setting("ssl.certificate.pem", found.certificates, origin: setting.origin),
                Setting("ssl.key.pem", key, origin: setting.origin),
            ]
        )
    }
}
