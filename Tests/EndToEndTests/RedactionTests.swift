// What is never printed, and what never reaches a shell, whichever way it was given.

import Testing

struct RedactionTests {
    @Test(arguments: [
        "sasl.password hunter2", "sasl.password:hunter2", "sasl.password: hunter2",
        "sasl.password\thunter2", "sasl.password,hunter2", "sasl.password/hunter2",
        "sasl.passwordhunter2", "sasl.password;hunter2=x", "sasl.password:hunter2=x",
        "sasl.password hunter2=x", "sasl.pasword=hunter2", "sasl.passwrd:hunter2",
        "sasl_password hunter2", "SASL.PASSWORD:hunter2", "saslpassword:hunter2",
        "ssl.key.pasword hunter2", "ssl.keystore.password->hunter2", "sasl.pwd=hunter2",
        "sasl.oauthbearer.client.secrethunter2", "sasl.oauthbearer.client.serect=hunter2",
        "sasl.passwort=hunter2", "sasl.passw0rd=hunter2", "sasl.jaas.config:hunter2",
    ])
    func aMisspeltPasswordIsNotPrinted(_ word: String) throws {
        let home = try Home()
        for command in ["topics list -b 127.0.0.1:1 --timeout 200ms", "config explain"] {
            for errors in ["text", "json"] {
                let outcome = try home.run(
                    "kctl \(command) --errors \(errors) -X '\(word)'"
                )
                #expect(!outcome.text.contains("hunter2"), "\(outcome.text)")
                #expect(!outcome.errors.contains("hunter2"), "\(outcome.errors)")
            }
        }
        if !word.contains("=") {
            let parted = word.replacing("hunter2", with: "' 'hunter2")
            for command in ["groups list", "topics list", "version"] {
                let outcome = try home.run(
                    "kctl \(command) -b 127.0.0.1:1 --timeout 200ms -X '\(parted)'"
                )
                #expect(outcome.ending != .exited(0))
                #expect(!outcome.errors.contains("hunter2"), "\(outcome.errors)")
            }
        }
        // As a key of a file, whose line is shown where it has no value.
        for (value, command) in [
            ("x", "topics list"), ("x", "config explain"), ("x", "config trust --dry-run"),
            ("", "topics list"),
        ] {
            _ = try home.folder.file(
                "repo/.kctl.yaml",
                "current-context: a\ncontexts:\n  a:\n    properties:\n      '\(word)': \(value)\n"
            )
            let outcome = try home.run("kctl \(command)", in: "repo")
            #expect(!outcome.errors.contains("hunter2"), "\(outcome.errors)")
            #expect(!outcome.text.contains("hunter2"), "\(outcome.text)")
        }
    }

    @Test(arguments: [
        "https://user:url-secret@idp.example/token", "https://idp.example/token?key=url-secret",
        "https://user:url-secret@idp.example/token?key=url-secret#url-secret",
        "https://user:url/url-secret@idp.example/token", "user:url-secret@idp.example/token",
    ])
    func aURLIsPrintedAsSchemeHostAndPath(_ url: String) throws {
        let name = "sasl.oauthbearer.token.endpoint.url"
        let home = try Home()
        let login =
            "-X security.protocol=sasl_plaintext -X sasl.mechanism=OAUTHBEARER"
            + " -X sasl.oauthbearer.method=oidc -X sasl.oauthbearer.client.id=a"
            + " -X sasl.oauthbearer.client.secret=url-secret -X '\(name)=\(url)'"
        let explained = try home.run("kctl config explain \(login)")
        let row = explained.lines.first { $0.hasPrefix(name) } ?? ""
        if !url.contains("url/") { #expect(row.contains("idp.example/token "), "\(row)") }
        let listed = try home.run("kctl topics list -v -b 127.0.0.1:1 --timeout 300ms \(login)")
        let address = try home.run("kctl topics list -b '\(url)' --context -")
        for outcome in [explained, listed, address] {
            #expect(!outcome.text.contains("url-secret"), "\(outcome.text)")
            #expect(!outcome.errors.contains("url-secret"), "\(outcome.errors)")
        }
        #expect(address.ending == .exited(2))
    }

    // MARK: - A shell

    fileprivate static let layers: [(String, String, [String: String])] = [
        ("-X 'sasl.kerberos.principal=x; touch pwned'", "", [:]),
        ("-X 'sasl.kerberos.keytab=x$(touch pwned)'", "", [:]),
        ("-X 'sasl.kerberos.service.name=`touch pwned`'", "", [:]),
        ("-X 'sasl.kerberos.principal=-x'", "", [:]),
        ("-X 'sasl.kerberos.keytab=a b'", "", [:]),
        ("-X 'sasl.kerberos.keytab=a\"b'", "", [:]), ("-X 'sasl.kerberos.keytab=a|b'", "", [:]),
        ("", "", ["KCTL_X_SASL_KERBEROS_PRINCIPAL": "x; touch pwned"]),
        ("-F f.properties", "sasl.kerberos.principal=x&touch pwned", [:]),
        (
            "-F f.properties",
            "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true"
                + " keyTab=\"/k\" principal=\"x;touch pwned\";", [:]
        ),
        (
            "-F f.properties",
            "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true"
                + " keyTab=\"/k\\n\" principal=\"x\" serviceName=\"a;b\";", [:]
        ),
        ("--kcat-config f.properties", "sasl.kerberos.keytab=x\ttouch", [:]),
        ("--context own", "", [:]),
    ]

    @Test(arguments: RedactionTests.layers.indices)
    func whatAShellWouldActOnIsRefused(_ index: Int) throws {
        let (words, file, variables) = Self.layers[index]
        let home = try Home(
            "contexts: {own: {properties: {sasl.kerberos.principal: 'x; touch pwned'}}}\n"
        )
        _ = try home.folder.file("f.properties", file + "\n")
        let outcome = try home.run(
            "kctl topics list -b 127.0.0.1:1 --timeout 300ms -X security.protocol=sasl_plaintext"
                + " -X sasl.mechanism=GSSAPI \(words)",
            environment: variables
        )
        #expect(outcome.ending == .exited(2), "\(outcome.errors)")
        #expect(outcome.errors.contains("contains characters that a shell interprets"))
        #expect(try home.run("test ! -e pwned").ending == .exited(0))
    }

    @Test func namesAsTheyAreUsuallyPass() throws {
        let home = try Home()
        let outcome = try home.run(
            "kctl config explain -X sasl.kerberos.principal=kafka/host-1.example@EXAMPLE.ORG"
                + " -X sasl.kerberos.keytab=/etc/keys/kafka_1.keytab"
                + " -X sasl.kerberos.service.name=kafka -X 'sasl.kerberos.kinit.cmd=true; true'"
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
    }

    // MARK: - Addresses and certificates

    @Test(arguments: [
        "127.0.0.1:9092:3", "http://127.0.0.1:9092", "https://kafka", "1:2:3", "kafka/x:1",
        "a,b:1:2", "user@kafka:1", "::ffff:1.2.3.4.5", "1::2::3", "kafka?x=1",
    ])
    func whatIsNoAddressIsAUsageError(_ servers: String) throws {
        let outcome = try Kctl.run(["topics", "list", "-b", servers, "--timeout", "200ms"])
        #expect(outcome.ending == .exited(2), "\(outcome.errors)")
        #expect(outcome.errors.contains("is not a broker address: "), "\(outcome.errors)")
    }

    @Test(arguments: [
        "::1", "[::1]:1", "fe80::1%lo", "::ffff:127.0.0.1", "PLAINTEXT://127.0.0.1:1",
    ])
    func whatIsOneIsTried(_ servers: String) throws {
        let outcome = try Kctl.run(["topics", "list", "-b", servers, "--timeout", "200ms"])
        #expect(outcome.ending != .exited(2), "\(outcome.errors)")
    }

    @Test(arguments: [
        ("ssl.ca.pem=x", "-X: ssl.ca.pem holds no certificate"),
        ("ssl.certificate.pem=x", "-X: ssl.certificate.pem holds no certificate"),
    ])
    func whatIsNoCertificateIsSaidInASentence(_ property: String, _ sentence: String) throws {
        let outcome = try Kctl.run([
            "topics", "list", "-b", "127.0.0.1:1", "-X", "security.protocol=ssl", "-X", property,
        ])
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }
}
