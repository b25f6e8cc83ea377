// What commands that administer say of what they cannot do, of what they do not know, and how their
// hints work.

import JSON
import Testing

@Suite(.needsKafka)
struct AdminAnswerTests {
    private let desk: Operator

    init() throws {
        desk = try Operator()
    }

    // MARK: - Groups

    /// Nothing is said not to be there that is, and no plan is shown that cannot be carried out.
    @Test func aShareGroupIsCalledWhatItIs() throws {
        guard !Kafka.isBefore(4, 2) else { return }
        let topic = try Kafka.topic("share")
        let group = Kafka.name("share")
        // Standard input is a pipe that is held: its end ends the reader, a JVM behind a script.
        let reader = try Kctl.startBash(
            """
            '\(Kafka.script ?? "")' tool --version \(Kafka.version) console-share-consumer \
              --bootstrap-server \(Kafka.servers ?? "") --topic \(topic) --group \(group) &
            read -r _; kill $!; wait
            """,
            input: .held,
            within: .seconds(120)
        )
        var described = try desk.run(["groups", "describe", group])
        let limit = ContinuousClock.now + .seconds(60)
        while described.ending == .exited(3), ContinuousClock.now < limit {
            described = try desk.run(["groups", "describe", group])
        }
        let refusal =
            "kctl: group '\(group)' is a share group: kctl supports consumer groups only"
            + " (use kafka-share-groups.sh)\n"
        for words in [
            ["describe", group], ["delete", group], ["peek", group],
            ["reset", group, "-t", topic, "--to-earliest"],
            ["reset", group, "-t", topic, "--to-earliest", "--execute"],
            ["create", group, "-t", topic, "--to-earliest"],
            ["create", Kafka.name("copy"), "--to-group", group],
            ["commit", group, "-t", topic, "-p", "0", "-o", "0"],
            ["delete-offsets", group, "-t", topic],
        ] {
            let refused = try desk.run(["groups"] + words)
            #expect(refused.ending == .exited(1), "\(words)")
            #expect(refused.errors == refusal, "\(words)")
            #expect(refused.output.isEmpty, "\(words)")
        }
        // Behind a login no more is told than that it is no consumer group.
        let login = [
            "security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN", "sasl.username=admin",
            "sasl.password=admin-secret",
        ]
        let behind = try desk.run(
            ["groups", "describe", group] + login.flatMap { ["-X", $0] },
            on: Kafka.saslServers
        )
        #expect(behind.ending == .exited(1))
        #expect(behind.errors.contains("group '\(group)' is a share or a streams group: "))
        reader.send("\n")
        _ = reader.finish()
    }

    @Test func aStreamsGroupIsCalledWhatItIs() throws {
        guard !Kafka.isBefore(4, 2) else { return }
        let topic = try Kafka.topic("streams")
        let group = Kafka.name("streams")
        try makeStreamsGroup(group, reading: topic)
        for words in [
            ["describe", group], ["delete", group],
            ["reset", group, "-t", topic, "--to-earliest", "--execute"],
        ] {
            let refused = try desk.run(["groups"] + words)
            #expect(refused.ending == .exited(1), "\(words)")
            #expect(refused.errors.hasPrefix("kctl: group '\(group)' is a streams group: "))
            #expect(refused.output.isEmpty, "\(words)")
        }
    }

    /// Makes a streams group by its first member's first words, StreamsGroupHeartbeat (88).
    private func makeStreamsGroup(_ group: String, reading topic: String) throws {
        func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count + 1)] + Array(text.utf8) }
        let subtopology = text("0") + [2] + text(topic) + [1, 1, 1, 1, 1, 0]
        let topology = [1, 0, 0, 0, 1, 2] + subtopology + [0]
        let epochs = [UInt8](repeating: 0, count: 8)
        var body = text(group) + text(String(repeating: "A", count: 22)) + epochs + [0, 0]
        body += [0, 4, 0x93, 0xe0] + topology + [1, 1, 1] + text("p") + [0xff, 1, 0, 0, 0, 0]
        let header: [UInt8] = [0, 88, 0, 0, 0, 0, 0, 1, 0, 1, UInt8(ascii: "k"), 0]
        let size = UInt16(header.count + body.count)
        let frame = [0, 0, UInt8(size >> 8), UInt8(size & 0xff)] + header + body
        let address = (Kafka.servers ?? "").split(separator: ":").joined(separator: "/")
        let answer = try Kctl.bash(
            "exec 3<>/dev/tcp/\(address); cat >&3; head -c 16 <&3 | od -An -v -tu1",
            input: .bytes(frame)
        )
        // The size, our number, no tags, no throttling, no error.
        let bytes = answer.text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(bytes.contains(" 0 0 0 1 0 0 0 0 0 0 0"), "\(bytes)")
    }

    @Test func partitionsWithoutACommitCount() throws {
        let topic = try Kafka.topic("uncommitted", partitions: 3)
        try Kafka.fill(topic, 0..<700, ["-p", "0"])
        try Kafka.fill(topic, 0..<2, ["-p", "1"])
        let trimmed = try Kafka.run(["topics", "trim", topic, "--before", "1", "-p", "1", "-y"])
        #expect(trimmed.ending == .exited(0), "\(trimmed.errors)")
        let group = Kafka.name("uncommitted")
        let made = try desk.run(["groups", "create", group, "-t", "\(topic):0", "--to-earliest"])
        #expect(made.ending == .exited(0), "\(made.errors)")
        let rows = try desk.run(["groups", "describe", group, "--json"]).json()
        #expect(rows.map { $0["partition"]?.int64 } == [0, 1, 2])
        #expect(rows.map { $0["committedOffset"]?.int64 } == [0, nil, nil])
        #expect(rows.map { $0["lag"]?.int64 } == [700, 1, 0])
        #expect(rows.map { $0["lagFrom"]?.string } == ["committed", "start", "start"])
        #expect(rows.map { $0["startOffset"]?.int64 } == [nil, 1, 0])
        let text = try desk.run(["groups", "describe", group]).text
        #expect(text.contains("(start 1)"))
        let sum = "total lag 701 (1 in 1 partition without a committed offset, measured"
        #expect(text.contains(sum), "\(text)")
        let total = try desk.run(["groups", "describe", group, "--totals", "--json"]).json().first
        #expect(total?["lag"]?.int64 == 701)
        #expect(total?["uncommittedLag"]?.int64 == 1)
        let judged = try desk.run(["groups", "describe", group, "--fail-if-lag", "700"])
        #expect(judged.ending == .exited(1))
    }

    @Test func aGroupThatCommitsNothingShowsWhatItReads() throws {
        let topic = try Kafka.topic("commits-nothing", partitions: 2)
        try Kafka.fill(topic, 0..<5, ["-p", "1"])
        let group = Kafka.name("commits-nothing")
        let reader = try Kafka.start(Kafka.member(topic, group, ["--commit", "none"]))
        reader.watchState("reading", until: { $0.reads(topic) })
        let shown = try desk.run(["groups", "describe", group, "--json"])
        #expect(shown.ending == .exited(0), "\(shown.errors)")
        let rows = try shown.json()
        #expect(rows.map { $0["lag"]?.int64 } == [0, 5])
        #expect(rows.map { $0["lagFrom"]?.string } == ["start", "start"])
        #expect(rows.allSatisfy { $0["memberId"]?.string != nil })
        reader.signal(2)
        _ = reader.finish()
    }

    /// Both ends are named, and a lag counts up to the high watermark.
    @Test func anOpenTransactionIsSeenInBothEnds() throws {
        let topic = try Kafka.topic("open")
        try Kafka.fill(topic, 0..<2)
        let group = Kafka.name("open")
        let made = try desk.run(["groups", "create", group, "-t", topic, "--to-earliest"])
        #expect(made.ending == .exited(0), "\(made.errors)")
        let closed = try Kafka.run(["topics", "describe", topic])
        #expect(!closed.text.contains("LAST-STABLE"))
        let sender = try Kafka.start(
            ["produce", topic, "--transactional-id", Kafka.name("open")],
            input: .held
        )
        sender.send("3\n4\n5\n")
        let read = try Kafka.run([
            "consume", topic, "--from-beginning", "-n", "5", "-X",
            "isolation.level=read_uncommitted",
        ])
        #expect(read.lines.count == 5, "\(read.errors)")
        for isolation in ["read_committed", "read_uncommitted"] {
            let property = ["-X", "isolation.level=\(isolation)"]
            let partition = try Kafka.run(["topics", "describe", topic, "--json"] + property).json()
                .first?["partitions"]?[0]
            #expect(partition?["endOffset"]?.int64 == 5, "\(isolation)")
            #expect(partition?["lastStableOffset"]?.int64 == 2, "\(isolation)")
            let lag = try desk.run(["groups", "describe", group, "--json"] + property).json().first
            #expect(lag?["endOffset"]?.int64 == 5, "\(isolation)")
            #expect(lag?["endOffset"]?.int64 == 5)
            #expect(lag?["lastStableOffset"]?.int64 == 2)
            #expect(lag?["lag"]?.int64 == 5)
        }
        let described = try Kafka.run(["topics", "describe", topic])
        #expect(described.text.contains("START  LAST-STABLE  END  RECORDS"))
        let shown = try desk.run(["groups", "describe", group])
        #expect(shown.text.contains("COMMITTED  LAST-STABLE  END  LAG"))
        sender.endInput()
        #expect(sender.finish().ending == .exited(0))
    }

    // MARK: - Hints, logs and logins

    @Test func theHintForALargeRecordCanBeTyped() throws {
        for command in [["produce"], ["perf", "produce", "-n", "1", "--record-size", "3000"]] {
            let topic = try Kafka.topic("too-large", ["--config", "max.message.bytes=1000"])
            let line = InputStream.text(String(repeating: "x", count: 3000) + "\n")
            let failed = try Kafka.run(command + [topic], input: line)
            #expect(failed.ending == .exited(1))
            let start = "kctl configs alter topic \(topic) --set "
            let range = try #require(failed.errors.firstRange(of: start), "\(failed.errors)")
            let typed = start + failed.errors[range.upperBound...].prefix { $0 != ")" }
            let done = try Kctl.bash(typed, on: Kafka.servers)
            #expect(done.ending == .exited(0), "\(done.errors)")
            let sent = try Kafka.run(command + [topic], input: line)
            #expect(sent.ending == .exited(0), "\(sent.errors)")
        }
    }

    /// Each command that connects shows the library's log, while it waits and when it is done.
    @Test(arguments: [
        "topics list", "topics describe TOPIC", "topics offsets TOPIC", "topics alter TOPIC",
        "groups list", "groups describe none", "configs describe topic TOPIC",
        "cluster describe", "cluster health", "acls list", "check", "users list",
    ])
    func theLibrarysLogIsShown(_ words: String) throws {
        // It needs a newer library, and says so before it connects.
        if words == "users list", try Kctl.hasOldLibrary() { return }
        let topic = try Kafka.topic("log")
        var arguments = words.split(separator: " ").map { $0 == "TOPIC" ? topic : String($0) }
        if words.contains("alter") { arguments += ["--partitions", "2"] }
        let shown = try Kafka.run(arguments + ["-v", "-X", "debug=broker,protocol,admin"])
        let lines = shown.errorLines.filter { $0.hasPrefix("librdkafka: debug: ") }
        #expect(lines.count > 10, "\(shown.errors)")
        #expect(lines.contains { $0.contains("Received MetadataResponse") }, "\(shown.errors)")
        let isAdmin = ["groups", "configs", "alter"].contains { words.contains($0) }
        if isAdmin {
            let requests = ["Groups", "DescribeConfigs", "CreatePartitions"]
            #expect(
                lines.contains { line in
                    line.contains("Received ") && requests.contains { line.contains($0) }
                },
                "\(shown.errors)"
            )
        }
        let quiet = try Kafka.run(arguments + ["-X", "debug=broker"])
        #expect(!quiet.errors.contains("librdkafka: "))
    }

    /// What is told before a login needs none.
    @Test func requestsAreToldWithoutALogin() throws {
        let plain = try Kafka.run(["cluster", "api-versions", "--json"])
        for properties in [
            ["security.protocol=sasl_plaintext"],
            ["security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN"],
            ["security.protocol=sasl_plaintext", "sasl.mechanism=GSSAPI"],
        ] {
            let told = try Kctl.run(
                ["cluster", "api-versions", "--json"] + properties.flatMap { ["-X", $0] },
                on: Kafka.saslServers
            )
            #expect(told.ending == .exited(0), "\(told.errors)")
            #expect(told.text == plain.text)
        }
        let wrong = try Kafka.run(["cluster", "api-versions", "-X", "sasl.mechanis=PLAIN"])
        #expect(wrong.ending == .exited(2))
        #expect(wrong.errors.contains("did you mean 'sasl.mechanism'?"), "\(wrong.errors)")
    }

    @Test func oneOfAnythingIsNoPlural() throws {
        let topic = try Kafka.topic("one")
        let checked = try Kafka.run(["check", "--topic", topic])
        #expect(checked.text.contains("'\(topic)': 1 partition\n"), "\(checked.text)")
        #expect(checked.text.contains(" 1 broker, "), "\(checked.text)")
        let grown = try Kafka.run(["topics", "alter", topic, "--partitions", "2", "--dry-run"])
        #expect(grown.errors == "kctl: would increase partitions of topic '\(topic)' from 1 to 2\n")
    }
}
