// `kctl groups list` and `describe` on a real broker, beside Kafka's own tool.

import JSON
import TestSupport
import Testing

@Suite(.needsKafka)
struct GroupsDescribeTests {
    private let desk: Operator

    init() throws {
        desk = try Operator()
    }

    /// Commits offsets for a new group: lines of TOPIC,PARTITION,OFFSET.
    private func make(_ group: String, _ offsets: String) throws {
        let made = try desk.run(
            ["groups", "create", group, "--from-file", "-"],
            input: .text(offsets)
        )
        #expect(made.ending == .exited(0), "\(made.errors)")
    }

    /// What was committed: Kafka's own tool leaves out the other partitions.
    private func lags(_ words: [String]) throws -> Set<ApacheLag> {
        let shown = try desk.run(["groups", "describe", "--json"] + words)
        #expect(shown.ending == .exited(0), "\(shown.errors)")
        return Set(
            try shown.json().filter { $0["committedOffset"]?.int64 != nil }.map { row in
                ApacheLag(
                    group: try #require(row["group"]?.string),
                    topic: try #require(row["topic"]?.string),
                    partition: try #require(row["partition"]?.int64),
                    committed: row["committedOffset"]?.int64,
                    end: row["endOffset"]?.int64,
                    lag: row["lag"]?.int64
                )
            }
        )
    }

    // MARK: - Numbers

    @Test func fiftyRandomGroupsHaveTheNumbersOfKafkasOwnTool() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let topics = try [1, 4, 9].map { try Kafka.topic("lags", partitions: $0) }
        let counts = [1, 4, 9]
        for (topic, count) in zip(topics, counts) {
            for partition in 0..<count {
                let records = Int.random(in: 0...40, using: &random)
                if records > 0 { try Kafka.fill(topic, 0..<records, ["-p", "\(partition)"]) }
            }
        }
        let prefix = Kafka.name("lag")
        var groups: [String] = []
        for index in 0..<50 {
            var lines = ""
            for (topic, count) in zip(topics, counts) {
                for partition in 0..<count where Bool.random(using: &random) {
                    lines += "\(topic),\(partition),\(Int.random(in: 0...40, using: &random))\n"
                }
            }
            guard !lines.isEmpty else { continue }
            groups.append("\(prefix)-\(index)")
            try make(groups[groups.count - 1], lines)
        }
        let told = try ApacheLag.rows(of: groups)
        #expect(told.count > 100)
        #expect(try lags(groups) == told, "seed \(seed)")
        #expect(try lags(["--regex", "\(prefix)-.*"]) == told)
    }

    @Test func aTopicThatIsGoneDoesNotBreakTheRest() throws {
        let stays = try Kafka.topic("stays", partitions: 2)
        let goes = try Kafka.topic("goes")
        let group = Kafka.name("gone")
        // A member that has both keeps the group's offsets of a topic that is deleted.
        try Kafka.fill(stays, 0..<4)
        try make(group, "\(stays),0,0\n\(stays),1,0\n\(goes),0,0\n")
        let gone = try Kafka.run(["topics", "delete", goes])
        #expect(gone.ending == .exited(0))
        let rows = try desk.run(["groups", "describe", group, "--json"]).json()
        #expect(rows.count { $0["topic"]?.string == stays && $0["lag"]?.int64 != nil } == 2)
        for row in rows where row["topic"]?.string == goes {
            #expect(row["lag"]?.isNull == true)
            #expect(row["errorMessage"]?.string == "no such topic")
        }
        let text = try desk.run(["groups", "describe", group])
        #expect(text.ending == .exited(0))
        #expect(text.text.contains("total lag 4"))
    }

    @Test func oneTopicOfAGroupIsShown() throws {
        let (one, two) = (try Kafka.topic("one"), try Kafka.topic("two", partitions: 2))
        let group = Kafka.name("topics")
        try Kafka.fill(one, 0..<3)
        try make(group, "\(one),0,1\n\(two),0,0\n\(two),1,0\n")
        let words = ["groups", "describe", group, "--topic", one]
        let rows = try desk.run(words + ["--json"]).json()
        #expect(rows.map { $0["topic"]?.string } == [one])
        #expect(try desk.run(words + ["--totals", "--json"]).json().first?["lag"]?.int64 == 2)
        #expect(try desk.run(words + ["--fail-if-lag", "1"]).ending == .exited(1))
        let other = try desk.run(["groups", "describe", group, "-t", two, "--fail-if-lag", "0"])
        #expect(other.ending == .exited(0), "\(other.errors)")
        let none = try desk.run(["groups", "describe", group, "--topic", one + "-not"])
        #expect(none.ending == .exited(3))
        #expect(none.errors.contains("is not read by group '\(group)'"), "\(none.errors)")
    }

    @Test func metadataOfACommitIsShown() throws {
        let topic = try Kafka.topic("metadata")
        try Kafka.fill(topic, 0..<5)
        let group = Kafka.name("metadata")
        let words = ["groups", "commit", group, "-t", topic, "-p", "0"]
        let set = try desk.run(words + ["-o", "3", "--metadata", "by hand, \u{e9}"])
        #expect(set.ending == .exited(0), "\(set.errors)")
        let row = try desk.run(["groups", "describe", group, "--json"]).json().first
        #expect(row?["metadata"]?.string == "by hand, \u{e9}")
        #expect(row?["lag"]?.int64 == 2)
        let beyond = try desk.run(words + ["-o", "6"])
        #expect(beyond.ending == .exited(1))
        #expect(beyond.errors.contains("offset 6 is after the end offset 5 of topic '\(topic)'"))
        #expect(try desk.committed(group) == ["\(topic):0": 3])
    }

    // MARK: - Members

    @Test func membersAreShownWithWhatTheyRead() throws {
        let topic = try Kafka.topic("members", partitions: 3)
        let group = Kafka.name("members")
        let reader = try Kafka.start(
            Kafka.member(topic, group, ["-X", "client.id=desk", "--instance-id", "one"])
        )
        reader.watchState("reading", until: { $0.reads(topic) })
        let member = try #require(
            try desk.run(["groups", "describe", group, "--members", "--json"]).json().first
        )
        #expect(member["clientId"]?.string == "desk")
        #expect(member["instanceId"]?.string == "one")
        #expect(member["host"]?.string == "127.0.0.1")
        #expect(member["assignment"]?.array?.map { $0["partition"]?.int64 } == [0, 1, 2])
        let text = try desk.run(["groups", "describe", group, "--members", "--verbose"])
        #expect(text.text.contains("\(topic):0,1,2"))
        let state = try #require(
            try desk.run(["groups", "describe", group, "--state", "--json"]).json().first
        )
        #expect(state["state"]?.string == "Stable")
        #expect(state["memberCount"]?.int64 == 1)
        #expect(state["coordinator"]?["port"]?.int64 != nil)
        // Who reads a topic is in the list before anything is committed.
        let readers = try desk.run(["groups", "list", "--topic", topic, "--json"]).json()
        #expect(readers.map { $0["group"]?.string } == [group])

        // What such a group has may not be changed, and its member is named.
        for words in [
            ["reset", group, "--topic", topic, "--to-earliest", "--execute"], ["delete", group],
            ["commit", group, "-t", topic, "-p", "0", "-o", "0"],
        ] {
            let refused = try desk.run(["groups"] + words)
            #expect(refused.ending == .exited(1))
            #expect(
                refused.errors.contains(
                    "group '\(group)' is active (Stable, 1 member: desk at 127.0.0.1)"
                )
            )
        }
        reader.signal(2)
        _ = reader.finish()
    }

    @Test func theListIsPickedByStateAndName() throws {
        let topic = try Kafka.topic("states")
        let group = Kafka.name("states")
        try make(group, "\(topic),0,0\n")
        func names(_ words: [String]) throws -> [String?] {
            let listed = try desk.run(["groups", "list", "--json", "--regex", "\(group)"] + words)
            #expect(listed.ending == .exited(0), "\(listed.errors)")
            return try listed.json().map { $0["group"]?.string }
        }
        #expect(try names([]) == [group])
        #expect(try names(["--state", "empty,dead"]) == [group])
        #expect(try names(["--state", "Stable"]).isEmpty)
        let typed = try desk.run(["groups", "list", "--type", "classic", "--regex", group])
        if try Kctl.hasOldLibrary() {
            #expect(typed.ending == .exited(1))
            #expect(typed.errors.contains("types of groups need librdkafka 2.6 or newer"))
        } else if !Kafka.isBefore(3, 8) {
            #expect(typed.text.contains(group))
            #expect(typed.text.contains("classic"))
        }
    }

    /// A member of the newer protocol is told from none by every library.
    @Test func aGroupOfTheNewerProtocol() throws {
        guard !Kafka.isBefore(4, 0) else { return }
        let topic = try Kafka.topic("newer", partitions: 2)
        try Kafka.fill(topic, 0..<3)
        let group = Kafka.name("newer")
        let property = Kafka.isBefore(4, 2) ? "--consumer-property" : "--command-property"
        // Standard input is a pipe that is held: its end ends the reader, a JVM behind a script.
        let reader = try Kctl.startBash(
            """
            '\(Kafka.script ?? "")' tool --version \(Kafka.version) console-consumer \
              --bootstrap-server \(Kafka.servers ?? "") --topic \(topic) --group \(group) \
              --from-beginning \(property) group.protocol=consumer &
            read -r _; kill $!; wait
            """,
            input: .held,
            within: .seconds(120)
        )
        reader.watchState("the records", until: { $0.lineCount >= 3 })
        let list = try desk.run(["groups", "list", "--regex", group, "--json"]).json()
        #expect(list.first?["state"]?.string == "Stable")
        let members = try desk.run(["groups", "describe", group, "--members", "--json"])
        if try Kctl.hasOldLibrary() {
            #expect(members.ending == .exited(1))
            #expect(members.errors.contains("groups of type consumer require librdkafka 2.10"))
        } else {
            #expect(members.ending == .exited(0), "\(members.errors)")
            let member = try #require(try members.json().first)
            #expect(member["assignment"]?.array?.count == 2)
            #expect(list.first?["type"]?.string == "consumer")
        }
        let state = try desk.run(["groups", "describe", group, "--state", "--json"]).json()
        #expect(state.first?["state"]?.string == "Stable")
        for words in [
            ["reset", group, "-t", topic, "--to-earliest", "--execute"], ["delete", group],
        ] {
            let refused = try desk.run(["groups"] + words)
            #expect(refused.ending == .exited(1))
            #expect(refused.errors.contains("group '\(group)' is active (Stable"))
        }
        let forgotten = try desk.run(["groups", "delete-offsets", group, "-t", topic])
        #expect(forgotten.ending != .exited(0))
        reader.send("\n")
        _ = reader.finish()
    }

    // MARK: - Judging and waiting

    @Test func lagDecidesTheStatus() throws {
        let topic = try Kafka.topic("judged")
        try Kafka.fill(topic, 0..<10)
        let group = Kafka.name("judged")
        try make(group, "\(topic),0,4\n")
        let within = try desk.run(["groups", "describe", group, "--fail-if-lag", "6"])
        #expect(within.ending == .exited(0))
        let beyond = try desk.run(["groups", "describe", group, "--fail-if-lag", "5"])
        #expect(beyond.ending == .exited(1))
        #expect(beyond.text.contains("total lag 6"))
        #expect(beyond.errors.contains("group '\(group)' has a lag of 6, more than 5"))
        let missing = try desk.run(["groups", "describe", Kafka.name("none")])
        #expect(missing.ending == .exited(3))
        #expect(missing.errors.contains("not found"))
    }

    @Test func waitingEndsWhenNothingIsLeft() throws {
        let topic = try Kafka.topic("waited")
        try Kafka.fill(topic, 0..<10)
        let group = Kafka.name("waited")
        try make(group, "\(topic),0,4\n")
        let words = ["groups", "describe", group, "--wait-caught-up"]
        let late = try desk.run(words + ["--timeout", "1s"])
        #expect(late.ending == .exited(6))
        #expect(late.errors.contains("not caught up within 1s: group '\(group)' has a lag of 6"))
        let waiting = try Kafka.start(words + ["--timeout", "50s"])
        let read = try Kafka.run(Kafka.member(topic, group, ["-e"]))
        #expect(read.ending == .exited(0))
        #expect(waiting.finish().ending == .exited(0))
    }

    @Test func watchingGoesOnUntilItIsInterrupted() throws {
        let topic = try Kafka.topic("watched")
        let group = Kafka.name("watched")
        try make(group, "\(topic),0,0\n")
        let watch = try Kafka.start(
            ["groups", "describe", group, "--watch", "100ms"]
        )
        watch.watchState("two looks", until: { $0.lineCount >= 8 })
        try Kafka.fill(topic, 0..<7)
        watch.watchState(
            "the lag",
            until: { String(decoding: $0.output, as: UTF8.self).contains("total lag 7") }
        )
        watch.signal(2)
        let end = watch.finish()
        #expect(end.ending == .signalled(2))
        #expect(end.text.contains("consumed 0/s, produced "))
    }

    // MARK: - Peeking

    @Test func theRecordsAroundWhatIsCommitted() throws {
        let topic = try Kafka.topic("peeked", partitions: 2)
        try Kafka.fill(topic, 0..<10, ["-p", "0"])
        try Kafka.fill(topic, 0..<2, ["-p", "1"])
        let group = Kafka.name("peeked")
        try make(group, "\(topic),0,4\n\(topic),1,2\n")
        let peeked = try desk.run(["groups", "peek", group, "-B", "2", "-A", "1"])
        #expect(peeked.ending == .exited(0), "\(peeked.errors)")
        let marked = peeked.lines.filter { $0.hasPrefix("> ") }
        #expect(marked.count == 2)
        #expect(marked.first?.hasPrefix("> 4  ") == true)
        #expect(marked.last == "> no next record")
        let objects = try desk.run(["groups", "peek", group, "-B", "2", "-A", "1", "--json"]).json()
        let values = objects.map { $0["recordList"]?.array?.map { $0["value"]?.string } }
        #expect(values == [["2", "3", "4"], ["0", "1"]])
        #expect(try desk.committed(group) == ["\(topic):0": 4, "\(topic):1": 2])
    }
}
