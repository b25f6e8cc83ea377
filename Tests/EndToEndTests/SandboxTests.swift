// The sandbox as a user starts it.

import Glibc
import JSON
import Testing

struct SandboxTests {
    @Test func theBarOfOneHundredThousandLines() throws {
        let outcome = try Kctl.bash(
            """
            kctl sandbox --topic t:3 -- bash -c \
            'seq 100000 | kctl produce t && kctl consume t -e | sort -n | cmp - <(seq 100000)'
            """
        )
        #expect(outcome.ending == .exited(0))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "kctl: sent 100000, acknowledged 100000, failed 0\n")
    }

    /// It need not be installed for that.
    @Test func whatRunsInItFindsKctl() throws {
        let outcome = try Kctl.run(
            ["sandbox", "--topic", "t:1", "--", "sh", "-c", "kctl topics list --json"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(try outcome.json().map { $0["topic"]?.string } == ["t"], "\(outcome.text)")
    }

    @Test(arguments: ["--version", "-V"])
    func theVersionIsAskedForAsOfAnyProgram(_ word: String) throws {
        let outcome = try Kctl.run([word])
        #expect(outcome.ending == .exited(0))
        #expect(try outcome.text == Kctl.run(["version"]).text)
    }

    @Test func theAddressComesFirstAndCanBeUsedAtOnce() throws {
        let sandbox = try Kctl.start(["sandbox", "--topic", "orders:3", "--brokers", "2"])
        sandbox.wait(forOutput: "\n")
        let address = String(decoding: sandbox.output, as: UTF8.self)
        #expect(address.split(separator: ",").count == 2)
        #expect(address.hasPrefix("127.0.0.1:"))
        let list = try Kctl.run(["topics", "list", "--json", "-b", String(address.dropLast())])
        let topics = try list.json()
        #expect(topics.count == 1)
        #expect(topics[0]["topic"]?.string == "orders")
        #expect(topics[0]["partitionCount"]?.int64 == 3)
        #expect(topics[0]["replicationFactor"]?.int64 == 2)
        let asked = ContinuousClock.now
        sandbox.signal(SIGTERM)
        let outcome = sandbox.finish()
        #expect(outcome.ending == .signalled(SIGTERM))
        #expect(ContinuousClock.now - asked < .seconds(8))
        #expect(outcome.errors.isEmpty)
    }

    @Test func theAddressAsJSON() throws {
        let sandbox = try Kctl.start(["sandbox", "--topic", "a:2", "--json"])
        sandbox.wait(forOutput: "\n")
        sandbox.signal(SIGINT)
        let outcome = sandbox.finish()
        #expect(outcome.ending == .signalled(SIGINT))
        let line = try #require(try outcome.json().first)
        #expect(line["bootstrapServers"]?.string?.hasPrefix("127.0.0.1:") == true)
        #expect(line["brokerCount"]?.int64 == 1)
        #expect(line["topics"]?.array == [.string("a:2")])
    }

    @Test func thePortIsTheOneAskedFor() throws {
        let port = try ListeningPort()
        let number = port.release()
        let sandbox = try SandboxServer(["--port", "\(number)", "--topic", "t:1"])
        #expect(sandbox.address == "127.0.0.1:\(number)")
        let sent = try Kctl.run(["produce", "t"], input: .text("x\n"), on: sandbox.address)
        #expect(sent.ending == .exited(0))
        let read = try Kctl.run(["consume", "t", "-e"], on: sandbox.address)
        #expect(read.text == "x\n")
    }

    @Test func aPortThatIsTakenIsNamed() throws {
        let port = try ListeningPort()
        let outcome = try Kctl.run(["sandbox", "--port", "\(port.number)"], within: .seconds(10))
        #expect(outcome.ending == .exited(1))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("kctl: cannot listen on 127.0.0.1:\(port.number): "))
        #expect(outcome.errorLines.count == 1)
    }

    @Test(arguments: [
        ("exit 0", Ending.exited(0)), ("exit 7", .exited(7)), ("kill -TERM $$", .exited(143)),
        ("kill -KILL $$", .exited(137)),
    ])
    func theStatusOfTheCommandPassesThrough(script: String, ending: Ending) throws {
        let outcome = try Kctl.run(["sandbox", "--", "sh", "-c", script])
        #expect(outcome.ending == ending)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.isEmpty)
    }

    @Test func theCommandFindsTheAddressInItsEnvironment() throws {
        let outcome = try Kctl.run([
            "sandbox", "--", "sh", "-c",
            #"test "$KCTL_BOOTSTRAP_SERVERS" = "$BOOTSTRAP_SERVERS" && echo "$BOOTSTRAP_SERVERS""#,
        ])
        #expect(outcome.ending == .exited(0))
        #expect(outcome.text.hasPrefix("127.0.0.1:"))
    }

    @Test func aSignalReachesTheCommand() throws {
        let sandbox = try Kctl.start(
            [
                "sandbox", "--", "sh", "-c",
                "trap 'echo caught; exit 9' TERM; echo ready; while :; do read line || exec true; done",
            ],
            input: .held
        )
        sandbox.wait(forOutput: "ready\n")
        sandbox.signal(SIGTERM)
        sandbox.send("go on\n")
        let outcome = sandbox.finish()
        #expect(outcome.ending == .exited(9))
        #expect(outcome.text == "ready\ncaught\n")
    }

    @Test func aCommandThatIsNotThereIsNamed() throws {
        let outcome = try Kctl.run(["sandbox", "--", "/nonexistent/x"])
        #expect(outcome.ending == .exited(3))
        #expect(outcome.errors.hasPrefix("kctl: cannot run '/nonexistent/x': "))
    }

    @Test func aSeedFillsTopics() throws {
        let lines = """
            {"topic":"a","partition":1,"key":"k","headers":[{"key":"h","value":"1"},\
            {"key":"h","value":null}],"value":"v"}
            {"topic":"a","partition":0,"value":null}
            {"topic":"b","keyBase64":"/w==","value":""}

            """
        let sandbox = try SandboxServer(["--seed", "-"], input: .text(lines))
        let read = try Kctl.run(["consume", "a", "-e", "--json"], on: sandbox.address)
        #expect(read.ending == .exited(0))
        let records = try read.json().sorted {
            ($0["partition"]?.int64 ?? 0) < ($1["partition"]?.int64 ?? 0)
        }
        try #require(records.count == 2)
        #expect(records[0]["value"]?.isNull == true)
        #expect(records[0]["key"]?.isNull == true)
        #expect(records[0]["headers"]?.array?.isEmpty == true)
        #expect(records[1]["key"]?.string == "k")
        #expect(records[1]["value"]?.string == "v")
        #expect(records[1]["headers"]?[0]?["value"]?.string == "1")
        #expect(records[1]["headers"]?[1]?["value"]?.isNull == true)
        let other = try Kctl.run(["consume", "b", "-e", "--json"], on: sandbox.address)
        let record = try #require(try other.json().first)
        #expect(record["keyBase64"]?.string == "/w==")
        #expect(record["key"] == nil)
        #expect(record["value"]?.string == "")
    }

    @Test func aBadSeedIsNamedWithLineAndColumn() throws {
        let outcome = try Kctl.run(
            ["sandbox", "--seed", "-"],
            input: .text("{\"topic\":\"a\",\"value\":\"x\"}\n{\"topic\":\"a\",\"value\":}\n")
        )
        #expect(outcome.ending == .exited(7))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(":2:22"))
    }

    @Test(arguments: [
        (#"{"topic":"a","partition":2147483647,"value":"x"}"#, ":1:1: partition 2147483647 is"),
        (#"{"topic":"a","partition":-1,"value":"x"}"#, ":1:26: partition -1 is"),
        (#"{"topic":"a","partition":2,"value":"x"}"#, "--topic a:3"),
        (#"{"topic":"a b","value":"x"}"#, ":1:1: 'a b' is not a topic name"),
        (#"{"value":"x"}"#, ":1:1: a record without 'topic'"),
    ])
    func aSeedThatCannotBePutIsBadData(record: String, message: String) throws {
        let outcome = try Kctl.run(
            ["sandbox", "--topic", "a:2", "--seed", "-", "--", "true"],
            input: .text(record + "\n")
        )
        #expect(outcome.ending == .exited(7))
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains(message))
    }

    @Test func tenThousandPartitionsInOneCall() throws {
        let sandbox = try SandboxServer(["--topic", "a:4000", "--topic", "b:6000"])
        let list = try Kctl.run(["topics", "list", "--json"], on: sandbox.address)
        #expect(try list.json().map { $0["partitionCount"]?.int64 } == [4000, 6000])
        let offsets = try Kctl.run(["topics", "offsets", "a", "b"], on: sandbox.address)
        #expect(offsets.ending == .exited(0))
        #expect(offsets.lines.count == 10_001)
    }

    @Test(arguments: [
        (["topics", "create", "x"], "CreateTopics"), (["topics", "delete", "t"], "DeleteTopics"),
        (["topics", "alter", "t", "--partitions", "9"], "CreatePartitions"),
        (["topics", "offsets", "t", "--time", "-1h"], "offsets by time"),
    ])
    func whatItCannotDoIsNamedAtOnce(arguments: [String], call: String) throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let outcome = try Kctl.run(arguments, on: sandbox.address)
        #expect(outcome.ending == .exited(1))
        #expect(outcome.errors.contains(call))
        #expect(outcome.elapsed < .seconds(8))
        #expect(outcome.output.isEmpty)
    }
}
