import Settings
import Testing

/// What a folder's file may say without trust, and with it.
@Suite struct FolderRuleTests {
    private static func file(_ text: String, isTrusted: Bool = false) -> SettingsFile {
        var file = SettingsFile(path: "/repo/.kctl.yaml", bytes: Array(text.utf8), isFound: true)
        file.isTrusted = isTrusted
        return file
    }

    private static let user = SettingsFile(
        path: "/home/config.yaml",
        bytes: Array("current-context: a\ncontexts: {a: {bootstrap-servers: own:1}}".utf8)
    )

    private func resolve(
        _ text: String,
        isTrusted: Bool = false,
        environment: [String: String] = [:],
        shows: Bool = false
    ) throws(SettingsError) -> ClusterSettings {
        var sources = SettingsSources()
        sources.files = [Self.file(text, isTrusted: isTrusted), Self.user]
        sources.environment = environment
        sources.showsUntrusted = shows
        return try Settings.resolve(role: .admin, sources, in: .of(environment: environment))
    }

    @Test func aContextOfTheUsersOwnIsNotChanged() throws {
        let text = "contexts: {a: {bootstrap-servers: evil:1}}"
        let error = #expect(throws: SettingsError.self) { try resolve(text) }
        #expect(error?.needsTrust == true)
        #expect(error?.reason == "this file is not trusted, and changes your context 'a'")
        #expect(try resolve(text, isTrusted: true).bootstrapServers == "evil:1")
        #expect(try resolve(text, environment: ["KCTL_CONTEXT": "-"]).context == nil)
    }

    @Test(arguments: [
        ("SASL_PLAINTEXT", "sasl.username", true), ("SASL_SSL", "sasl.password", true),
        ("SSL", "ssl.key.location", true), ("SSL", "ssl.keystore.location", true),
        ("SSL", "ssl.ca.location", false), ("PLAINTEXT", "sasl.username", false),
    ])
    func aLoginGoesToNoAddressOfTheFile(_ name: String, _ property: String, _ isRefused: Bool)
        throws
    {
        let variable = "KCTL_X_" + property.uppercased().replacing(".", with: "_")
        let environment = ["KCTL_X_SECURITY_PROTOCOL": name, variable: "x"]
        let text = "current-context: b\ncontexts: {b: {bootstrap-servers: evil:1}}"
        let named = environment.merging(["KCTL_CONTEXT": "b"]) { first, _ in first }
        let error: SettingsError?
        do throws(SettingsError) {
            _ = try resolve(text, environment: named)
            error = nil
        } catch let found { error = found }
        #expect((error?.needsTrust == true) == isRefused)
        _ = try resolve(text, isTrusted: true, environment: environment)
        let own = environment.merging(["KCTL_BOOTSTRAP_SERVERS": "own:1"]) { first, _ in first }
        #expect(try resolve(text, environment: own).bootstrapServers == "own:1")
    }

    @Test func whatIsShownIsNotResolved() throws {
        let settings = try resolve(
            """
            current-context: b
            contexts:
              b:
                bootstrap-servers: ${env:NAME}:1
                properties: {client.id: "${env:NAME}", sasl.kerberos.principal: "x; id"}
            """,
            environment: ["NAME": "secret"],
            shows: true
        )
        #expect(settings.bootstrapServers == "${env:NAME}:1")
        #expect(settings["client.id"]?.value == "${env:NAME}")
        #expect(settings["client.id"]?.isFromFolder == true)
        #expect(settings["allow.auto.create.topics"]?.isFromFolder != true)
    }

    @Test func aChoiceOfItsOwnInPlaceOfTheUsersNeedsTrust() throws {
        let text = "current-context: b\ncontexts: {b: {}}"
        let error = #expect(throws: SettingsError.self) { try resolve(text) }
        #expect(
            error?.reason == "this file is not trusted, and selects its own context 'b'"
                + " instead of your 'a'"
        )
        #expect(try resolve(text, isTrusted: true).notes.isEmpty)
        #expect(try resolve(text, environment: ["KCTL_CONTEXT": "b"]).notes.isEmpty)
    }

    // MARK: - What is printed

    @Test(arguments: [
        ("sasl.password", "sasl.password"), ("sasl.password secret", "sasl.password..."),
        ("sasl.password:secret", "sasl.password..."), ("sasl.passwordx", "sasl.password..."),
        ("sasl.pasword x", "sasl.pasword..."), ("sasl.paswordxyz", "sasl.pasword..."),
        ("linger.ms", "linger.ms"), ("linger ms", "linger..."), ("", ""), (" x", "..."),
        (
            "sasl.oauthbearer.client.credentials.client.id",
            "sasl.oauthbearer.client.credentials.client.id"
        ),
    ])
    func aNameIsShownWithoutWhatRanIntoIt(_ name: String, _ shown: String) {
        #expect(SecretNames.shown(name) == shown)
    }

    @Test(arguments: [
        "sasl.pasword", "sasl.passwrd", "sasl.passwort", "my.passphras", "sasl.unknown",
        "client.secrte", "sasl.pwd", "SASL.PASSWORD",
    ])
    func aMisspeltNameIsASecrets(_ name: String) {
        #expect(SecretNames.contains(name))
    }

    @Test(arguments: [
        ("https://u:p@h:1/x?k#f", "https://h:1/x"), ("at https://h/x?k).", "at https://h/x)."),
        ("https://u:p/w@h/x", "https://..."), ("https://h:1/a@b", "https://h:1/a@b"),
        ("a://u@b c://v@d/?e", "a://b c://d/"), ("'https://u:p@h/x'", "'https://h/x'"),
        ("no url: a@b?c", "no url: a@b?c"),
        (
            "ssl://broker:9092/bootstrap: x",
            "ssl://broker:9092/bootstrap: x"
        ),
    ])
    func aURLIsReduced(_ text: String, _ expected: String) {
        #expect(URLText.reduced(text) == expected)
    }
}
