// Whole commands against librdkafka's mock cluster: what they print, say and end with.

import Glibc
import JSON
import KafkaCore
import Reactor
import TestSupport
import Testing

@testable import CommandKit
@testable import Commands

struct ClusterTests {
    private let cluster: Cluster

    /// The mock cluster of one test, kept by a class so that a suite can hold it.
    private final class Cluster {
        let mock: MockCluster
        let servers: String

        init() throws {
            mock = try MockCluster(brokers: 1)
            try mock.createTopic("orders", partitions: 2, replicationFactor: 1)
            try mock.createTopic("empty", partitions: 1, replicationFactor: 1)
            servers = mock.bootstrapServers
        }
    }

    init() throws {
        cluster = try Cluster()
    }

    private func run(_ line: String, input: String = "", isTerminal: Bool = false) -> Outcome {
        run(line.split(separator: " ").map(String.init), input: input, isTerminal: isTerminal)
    }

    private func run(_ words: [String], input: String = "", isTerminal: Bool = false) -> Outcome {
        var world = World(input: input, isTerminal: isTerminal)
        world.environment["KCTL_BOOTSTRAP_SERVERS"] = cluster.servers
        return world.run(words)
    }

    @Test func topicsAreListed() {
        #expect(
            run("topics list")
                == Outcome(
                    status: 0,
                    output: """
                        TOPIC   PARTITIONS  REPLICATION
                        empty            1            1
                        orders           2            1

                        """
                )
        )
        #expect(
            run("topics list --regex o.* --json").output
                == #"{"topic":"orders","partitionCount":2,"replicationFactor":1,"internal":false}"#
                + "\n"
        )
        #expect(
            run("topics list --regex nothing")
                == Outcome(status: 0, errors: "kctl: no topics match\n")
        )
    }

    @Test func oneBadNameAmongSeveralLeavesTheOthers() {
        let servers = cluster.servers
        let outcome = run("topics list orders nothing empty")
        #expect(outcome.status == 3)
        #expect(outcome.output.split(separator: "\n").count == 3)
        #expect(
            outcome.errors == """
                kctl: topic 'nothing' not found on \(servers) (kctl topics list)
                kctl: 1 of 3 topics failed

                """
        )
    }

    @Test func linesGoInAndComeOut() {
        let lines = (1...50).map { "line \($0) ü" } + ["", " last"]
        let text = lines.joined(separator: "\n")
        let produced = run("produce orders", input: text)
        #expect(
            produced == Outcome(status: 0, errors: "kctl: sent 52, acknowledged 52, failed 0\n")
        )
        let consumed = run("consume orders -e")
        #expect(consumed.status == 0)
        #expect(consumed.errors == "")
        let read = consumed.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(read.dropLast().map(String.init).sorted() == lines.sorted())
        let offsets = run("topics offsets orders --json").output.split(separator: "\n")
        let ends = offsets.compactMap { try? JSONValue(parsing: String($0))["offset"]?.int64 }
        #expect(ends.count == 2)
        #expect(ends.reduce(0, +) == 52)
    }

    @Test func recordsGoInByAFormat() throws {
        let format = #"%t,%p,%k,%H %h{%k=%v;},%d,%V:%v\n"#
        let input = "orders,1,k,1 h=x;,1700000000000,3:a\nb\nempty,0,,0 ,-1,-1:\nempty,7\n"
        let outcome = run(["produce", "-f", format], input: input)
        #expect(outcome.status == 7)
        #expect(
            outcome.errors == """
                kctl: line 3, column 8: expected ','
                kctl: read 3, sent 2, acknowledged 2, failed 1 (1 x MALFORMED)

                """
        )
        let orders = run("consume orders -e --json").output
        #expect(
            orders == #"{"topic":"orders","partition":1,"offset":0,"timestamp":1700000000000,"#
                + #""timestampType":"create","key":"k","headers":[{"key":"h","value":"x"}],"#
                + #""value":"a\nb"}"# + "\n"
        )
        let empty = run("consume empty -e --json").output
        #expect(empty.hasSuffix(#""key":"","headers":[],"value":null}"# + "\n"))
    }

    @Test func recordsComeOutAsObjects() throws {
        #expect(run("produce orders -p 1", input: "a\n\n").status == 0)
        let outcome = run("consume orders -e --json")
        #expect(outcome.status == 0)
        let objects = try outcome.output.split(separator: "\n").map {
            try JSONValue(parsing: String($0))
        }
        #expect(objects.map { $0["value"]?.string } == ["a", ""])
        #expect(objects.map { $0["offset"]?.int64 } == [0, 1])
        #expect(objects.allSatisfy { $0["partition"]?.int64 == 1 && $0["key"]?.isNull == true })
    }

    @Test func aKeyIsDeletedWithoutReading() throws {
        let outcome = run("produce orders -k gone --tombstone --print", input: "not read\n")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("partition "))
        let read = run("consume orders -e --json").output.split(separator: "\n")
        let record = try JSONValue(parsing: String(read.last ?? ""))
        #expect(record["key"]?.string == "gone")
        #expect(record["value"]?.isNull == true)
        #expect(read.count == 1)
    }

    @Test func readingStopsAtTheLimit() {
        #expect(run("produce empty", input: "1\n2\n3\n").status == 0)
        #expect(run("consume empty -e -n 2") == Outcome(status: 0, output: "1\n2\n"))
        let following = run("consume empty --from-beginning --max-messages 3")
        #expect(following == Outcome(status: 0, output: "1\n2\n3\n"))
    }

    @Test func nothingToReadEndsAtOnce() {
        let why = "kctl: nothing to print: no records in 'empty' in the requested range\n"
        #expect(run("consume empty -e") == Outcome(status: 0, errors: why))
        #expect(
            run("produce empty")
                == Outcome(status: 0, errors: "kctl: sent 0, acknowledged 0, failed 0\n")
        )
    }

    @Test func valuesAreEscapedOnATerminal() {
        #expect(run("produce empty", input: "a\u{1b}[2J\n").status == 0)
        #expect(run("consume empty -e", isTerminal: true).output == "a\\x1b[2J\n")
        #expect(run("consume empty -e").output == "a\u{1b}[2J\n")
    }

    @Test func aMissingTopicIsNotMade() {
        let outcome = run("topics offsets nothing")
        #expect(
            outcome
                == Outcome(
                    status: 3,
                    errors: "kctl: topic 'nothing' not found on \(cluster.servers)"
                        + " (kctl topics list)\n"
                )
        )
        #expect(!run("topics list").output.contains("nothing"))
    }

    @Test(arguments: ["produce orders -p 7", "topics offsets orders -p 7"])
    func aMissingPartitionIsNamed(_ line: String) {
        let outcome = run(line + " --errors json")
        #expect(outcome.status == 3)
        let error = try? JSONValue(parsing: outcome.errors)
        #expect(error?["code"]?.string == "not-found")
        #expect(error?["topic"]?.string == "orders")
        #expect(error?["partition"]?.int64 == 7)
        #expect(error?["hint"]?.string == "it has 2 partitions")
    }

    @Test func offsetsAreOfTheTimeAsked() {
        #expect(run("produce empty", input: "1\n2\n").status == 0)
        let table = "TOPIC  PARTITION  OFFSET\nempty          0  "
        #expect(run("topics offsets empty").output == table + "     2\n")
        #expect(run("topics offsets empty --time earliest").output == table + "     0\n")
    }

    @Test func whatTheSandboxCannotDoIsSaid() {
        for line in [
            "topics create new", "topics delete empty", "topics alter empty --partitions 3",
            "configs describe topic empty", "configs describe broker --default",
            "configs alter topic empty --set retention.ms=1", "acls list",
            "acls create --topic t --allow-principal User:a", "acls delete --topic t",
        ] {
            let outcome = run(line)
            #expect(outcome.status == 1, "\(line)")
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("the sandbox does not answer"), "\(line)")
        }
    }

    @Test func severalTopicsAreNotDeletedUnasked() {
        let outcome = run("topics delete orders empty")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.hasPrefix("kctl:   orders\nkctl:   empty\nkctl: refusing to delete 2")
        )
        let dry = run("topics delete --regex .* --dry-run")
        #expect(
            dry
                == Outcome(
                    status: 0,
                    errors: "kctl: would delete topic 'empty'\n"
                        + "kctl: would delete topic 'orders'\n"
                )
        )
    }

    @Test func describingShowsOffsetsAndSaysWhatIsMissing() throws {
        #expect(run("produce empty", input: "1\n").status == 0)
        let outcome = run("topics describe empty")
        #expect(outcome.status == 0)
        #expect(
            outcome.output == """
                empty: 1 partition, replication 1
                  PARTITION  LEADER  REPLICAS  IN-SYNC  START  END  RECORDS
                          0       1  1         1            0    1        1

                """
        )
        #expect(outcome.errors.hasPrefix("kctl: note: cannot read topic configurations: "))
        let json = try JSONValue(parsing: run("topics describe empty --json").output)
        #expect(json["topic"]?.string == "empty")
        #expect(json["partitions"]?[0]?["endOffset"]?.int64 == 1)
    }

    @Test func namesForCompletionAreRemembered() throws {
        let directory = try #require(TemporaryDirectory())
        let clock = SystemClock()
        var world = World(clock: clock)
        world.environment = [
            "KCTL_BOOTSTRAP_SERVERS": cluster.servers, "XDG_CACHE_HOME": directory.path,
        ]
        #expect(world.run("complete topics") == Outcome(status: 0, output: "empty\norders\n"))
        #expect(directory.names == ["kctl"])
        try cluster.mock.createTopic("new", partitions: 1, replicationFactor: 1)
        // What another cluster was asked for is not what this one is asked for.
        #expect(world.run("complete topics -- -b 127.0.0.1:1") == Outcome(status: 0))
        #expect(world.run("complete topics -- -X client.id=x").output.contains("new"))
        // A clock that stands still, so that the names stay fresh however slow the machine is.
        world.clock = ManualClock(unixMilliseconds: clock.unixMilliseconds)
        #expect(world.run("complete topics").output == "empty\norders\n")
    }
}

struct NoClusterTests {
    @Test func completionIsSilentAndQuickWhenNothingAnswers() throws {
        // A port that takes connections and never answers, like a host behind a firewall.
        let silent = try SilentServer()
        let clock = SystemClock()
        let begin = clock.now
        for words in [
            ["complete", "topics", "--", "-b", "127.0.0.1:\(silent.port)"],
            ["complete", "topics", "--", "-b", "127.0.0.1:1"],
            ["complete", "topics", "--", "-X", "nonsense"],
            ["complete", "topics", "--", "--command-config", "/no/such/file"],
            ["complete", "topics", "--", "-b"],
            ["complete", "groups"],
        ] {
            #expect(World().run(words) == Outcome(status: 0), "\(words)")
        }
        #expect(clock.now - begin < .seconds(9))
    }

    @Test func aClosedPortIsUnreachable() {
        let outcome = World().run("topics list -b 127.0.0.1:1 --timeout 3s")
        #expect(outcome.status == 4)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("kctl: no broker reachable at 127.0.0.1:1: "))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func aPortThatNeverAnswersIsGivenUpInTime() throws {
        let silent = try SilentServer()
        let clock = SystemClock()
        let begin = clock.now
        let outcome = World().run(
            "topics list -b 127.0.0.1:\(silent.port) --timeout 300ms --errors json"
        )
        #expect(outcome.status == 4)
        let error = try JSONValue(parsing: outcome.errors)
        #expect(error["code"]?.string == "unreachable")
        #expect(error["retriable"]?.bool == true)
        #expect(clock.now - begin < .seconds(9))
    }
}

/// A port on loopback whose connections nobody accepts.
private final class SilentServer {
    let port: UInt16
    private let listener: Descriptor

    init() throws {
        listener = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        listen(listener.number, 16)
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = listener.number
        let code = withUnsafeMutablePointer(to: &address) { start in
            start.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(number, $0, &size)
            }
        }
        try #require(code == 0)
        port = UInt16(bigEndian: address.sin_port)
    }
}
