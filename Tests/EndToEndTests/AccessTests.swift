// Who may do what, on a cluster where nobody may do anything that was not granted: ACLs made and
// listed by kctl and by Kafka's own tool, and what is said to those who may not.

import Glibc
import JSON
import Testing

/// One cluster for all of it, since it takes longer to start than anything that is done with it.
@Suite(.needsKafka)
struct AccessTests {
    private static let login = [
        "KCTL_X_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KCTL_X_SASL_MECHANISM": "PLAIN",
        "KCTL_X_SASL_USERNAME": "alice", "KCTL_X_SASL_PASSWORD": "alice-secret",
    ]

    @Test func aClusterWithRules() throws {
        let cluster = try KafkaCluster(brokers: 1, ["--acls"])
        #expect(try admin(cluster, "topics", "create", "t").ending == .exited(0))
        try nobodyMayAnything(cluster)
        try kafkasToolSeesTheSame(cluster)
        try rulesComeBackFromAFile(cluster)
        try whatIsDeletedIsShownFirst(cluster)
    }

    private func admin(
        _ cluster: KafkaCluster,
        _ arguments: String...,
        input: InputStream = .bytes([])
    ) throws -> Outcome {
        try Kctl.run(arguments, input: input, on: cluster.servers)
    }

    private func alice(_ cluster: KafkaCluster, _ words: String) throws -> Outcome {
        let arguments = words.split(separator: " ").map(String.init)
        return try Kctl.run(
            arguments,
            input: .text("x\n"),
            on: cluster.saslServers,
            environment: Self.login
        )
    }

    /// Each operation that is refused is named, with what it was for; nothing is printed as if it
    /// were the answer.
    private func nobodyMayAnything(_ cluster: KafkaCluster) throws {
        let create = "--allow-principal User:alice --topic t"
        var refusals = [
            "configs describe topic t": "DescribeConfigs on topic 't': topic authorization failed",
            "configs describe broker --default": "DescribeConfigs on the cluster: cluster auth",
            "configs alter topic t --set retention.ms=1": "DescribeConfigs on topic 't': topic",
            "acls list": "Describe on the cluster: cluster authorization failed",
            "acls list --topic t": "Describe on the cluster: cluster authorization failed",
            "acls create \(create)": "Alter on the cluster: cluster authorization failed",
            "acls create \(create) --dry-run": "Describe on the cluster: cluster authorization",
            "acls delete --topic t": "Describe on the cluster: cluster authorization failed",
            "cluster health":
                "health is unknown: no permission to see topics of \(cluster.saslServers)",
        ]
        // One that is not there is refused as one that is: else it could be told that it is there.
        for words in [
            "list t", "describe t", "offsets t", "delete t", "delete t --if-exists", "export t",
            "trim t --before end --yes", "describe none", "delete none --if-exists",
        ] {
            let topic = words.split(separator: " ")[1]
            refusals["topics \(words)"] = "topic '\(topic)': topic authorization failed"
        }
        if !Kafka.isBefore(4, 0) {
            refusals["configs describe group g"] = "DescribeConfigs on group 'g': group auth"
        }
        if try !Kctl.hasOldLibrary() {
            refusals["users list"] = "Describe on the cluster: cluster authorization failed"
            refusals["users list bob"] = "Describe on the cluster: cluster authorization failed"
            refusals["users delete bob"] = "Describe on the cluster: cluster authorization failed"
            refusals["users set bob --password-file -"] = "Alter on the cluster: cluster auth"
        }
        for (words, message) in refusals.sorted(by: { $0.key < $1.key }) {
            let outcome = try alice(cluster, words)
            #expect(outcome.ending == .exited(5), "\(words)")
            #expect(outcome.errors.hasPrefix("kctl: \(message)"), "\(words): \(outcome.errors)")
            #expect(outcome.errorLines.count == 1, "\(words): \(outcome.errors)")
            #expect(outcome.output.isEmpty, "\(words)")
        }
        // Reading is granted, changing is not.
        let grant = ["--allow-principal", "User:alice"]
        let granted = try Kctl.run(
            ["acls", "create", "--topic", "t", "--operation", "DescribeConfigs"] + grant,
            on: cluster.servers
        )
        #expect(granted.ending == .exited(0), "\(granted.errors)")
        let listing = try Kctl.run(
            ["acls", "create", "--cluster", "--operation", "Describe"] + grant,
            on: cluster.servers
        )
        #expect(listing.ending == .exited(0), "\(listing.errors)")
        func refusal(_ words: String, _ message: String) throws {
            var outcome = try alice(cluster, words)
            let limit = ContinuousClock.now + .seconds(10)
            // A broker may learn of what was granted a moment after it was.
            while !outcome.errors.contains(message), ContinuousClock.now < limit {
                outcome = try alice(cluster, words)
            }
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
            #expect(outcome.ending == .exited(5))
        }
        try refusal(
            "configs alter topic t --set retention.ms=1",
            "AlterConfigs on topic 't': topic authorization failed"
        )
        try refusal(
            "acls delete --cluster --yes",
            "Alter on the cluster: cluster authorization failed"
        )
        // With the right to list, an empty list is one.
        let empty = try alice(cluster, "acls list --topic none")
        #expect(empty.ending == .exited(0))
        #expect(empty.errors == "kctl: no ACL matches\n")
        let gone = try admin(cluster, "acls", "delete", "--principal", "User:alice", "--yes")
        #expect(gone.ending == .exited(0), "\(gone.errors)")
    }

    /// Both ways, and with the right that Kafka's tool grants something can be done.
    private func kafkasToolSeesTheSame(_ cluster: KafkaCluster) throws {
        let made = try admin(
            cluster,
            "acls",
            "create",
            "--allow-principal",
            "User:alice",
            "--deny-principal",
            "User:bob",
            "--deny-host",
            "10.0.0.1",
            "--operation",
            "write",
            "--topic",
            "ours",
            "--group",
            "g",
            "--resource-pattern-type",
            "prefixed"
        )
        #expect(made.ending == .exited(2), "a group cannot be written")
        let ours = try admin(
            cluster,
            "acls",
            "create",
            "--allow-principal",
            "User:alice",
            "--deny-principal",
            "User:bob",
            "--deny-host",
            "10.0.0.1",
            "--operation",
            "read",
            "--topic",
            "ours",
            "--group",
            "g",
            "--resource-pattern-type",
            "prefixed"
        )
        #expect(ours.ending == .exited(0), "\(ours.errors)")
        #expect(ours.lines.count == 5)
        let script = try #require(Kafka.script)
        let tool =
            "'\(script)' tool --version \(Kafka.version) acls --bootstrap-server \(cluster.servers)"
        let theirs = try Kctl.bash(
            """
            \(tool) --list &&
            \(tool) --add --force --allow-principal User:alice --consumer --topic t --group '*'
            """,
            within: .seconds(120)
        )
        #expect(theirs.ending == .exited(0), "\(theirs.errors)")
        for text in [
            "resourceType=TOPIC, name=ours, patternType=PREFIXED",
            "resourceType=GROUP, name=g, patternType=PREFIXED",
            "principal=User:alice, host=*, operation=READ, permissionType=ALLOW",
            "principal=User:bob, host=10.0.0.1, operation=READ, permissionType=DENY",
        ] {
            #expect(theirs.text.contains(text), "\(theirs.text)")
        }
        let listed = try admin(cluster, "acls", "list", "--topic", "t")
        let rows = listed.lines.dropFirst().map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(
            rows == [
                "topic t literal User:alice * Read allow",
                "topic t literal User:alice * Describe allow",
            ]
        )
        let counting = try admin(
            cluster,
            "acls",
            "list",
            "--topic",
            "ours-too",
            "--resource-pattern-type",
            "match",
            "--json"
        )
        let line = #"{"resourceType":"topic","resourceName":"ours","patternType":"prefixed","#
        let alices =
            #""principal":"User:alice","host":"*","operation":"Read","permission":"allow"}"#
        let bobs =
            #""principal":"User:bob","host":"10.0.0.1","operation":"Read","permission":"deny"}"#
        #expect(counting.text == "\(line)\(alices)\n\(line)\(bobs)\n")
    }

    private func rulesComeBackFromAFile(_ cluster: KafkaCluster) throws {
        let old = try Kctl.hasOldLibrary()
        let producer = try admin(
            cluster,
            "acls",
            "create",
            "--allow-principal",
            "User:bob",
            "--producer",
            "--topic",
            "t",
            "--transactional-id",
            "x"
        )
        #expect(producer.ending == .exited(old ? 1 : 0), "\(producer.errors)")
        if old { #expect(producer.errors.contains("need librdkafka 2.6 or newer")) }
        let before = try admin(cluster, "acls", "list", "--json")
        #expect(before.lines.count == (old ? 7 : 12))
        let gone = try admin(
            cluster,
            "acls",
            "delete",
            "--principal",
            "User:alice",
            "--principal",
            "User:bob",
            "-y"
        )
        #expect(gone.ending == .exited(0), "\(gone.errors)")
        let empty = try admin(cluster, "acls", "list")
        #expect(empty.output.isEmpty)
        #expect(empty.errors == "kctl: no ACL matches\n")

        let file = InputStream.text(before.text)
        let dry = try admin(
            cluster,
            "acls",
            "create",
            "--from-file",
            "-",
            "--dry-run",
            input: file
        )
        #expect(dry.ending == .exited(0), "\(dry.errors)")
        #expect(dry.lines.count == before.lines.count + 1)
        #expect(try admin(cluster, "acls", "list").output.isEmpty)
        let back = try admin(cluster, "acls", "create", "--from-file", "-", input: file)
        #expect(back.ending == .exited(0), "\(back.errors)")
        #expect(try admin(cluster, "acls", "list", "--json").text == before.text)
    }

    private func whatIsDeletedIsShownFirst(_ cluster: KafkaCluster) throws {
        let before = try admin(cluster, "acls", "list", "--json")
        let asked = try admin(cluster, "acls", "delete", "--principal", "User:alice")
        #expect(asked.ending == .exited(2))
        #expect(asked.errors.contains("  allow User:alice Read on topics 'ours...' from any host"))
        #expect(asked.errors.contains("Deleting") == false)
        #expect(asked.errors.contains("use --yes or --dry-run"))
        let dry = try admin(
            cluster,
            "acls",
            "delete",
            "--principal",
            "User:alice",
            "--dry-run",
            "--json"
        )
        #expect(dry.ending == .exited(0))
        #expect(try dry.json().allSatisfy { $0["principal"]?.string == "User:alice" })
        #expect(dry.lines.count == 5)
        #expect(try admin(cluster, "acls", "list", "--json").text == before.text)
        let one = try admin(
            cluster,
            "acls",
            "delete",
            "--topic",
            "t",
            "--operation",
            "describe",
            "--principal",
            "User:alice",
            "--yes"
        )
        #expect(one.ending == .exited(0), "\(one.errors)")
        #expect(one.lines.count == 2)
        let rest = try admin(cluster, "acls", "list", "--json")
        #expect(rest.lines.count == before.lines.count - 1)
        let none = try admin(cluster, "acls", "delete", "--topic", "nothing")
        #expect(none.ending == .exited(0))
        #expect(none.errors == "kctl: no ACL matches\n")
    }
}
