// Brokers that die, stall and come back under a producer: what is acknowledged is there, once and in
// its order; memory stays flat; and what could not be sent is counted.

import Glibc
import JSON
import Testing

/// One cluster for all of it, since it takes longer to start than most that is done with it.
@Suite(.needsKafka)
struct ProduceFaultTests {
    @Test func clusterOfThree() throws {
        let cluster = try KafkaCluster(
            brokers: 3,
            [
                "--set", "broker.session.timeout.ms=3000", "--set",
                "broker.heartbeat.interval.ms=500",
            ]
        )
        try aStalledClusterStopsTheReading(cluster)
        try oneBrokerDiesAndAnotherStalls(cluster)
        try allBrokersDieAndComeBack(cluster)
    }

    private func makeTopic(_ name: String, copies: Int, on cluster: KafkaCluster) throws {
        let made = try Kctl.run(
            ["topics", "create", name, "--partitions", "6", "--replication-factor", "\(copies)"],
            on: cluster.servers
        )
        guard made.ending == .exited(0) else { throw HarnessError(made.errors) }
    }

    private func lines(_ range: ClosedRange<Int>) -> String {
        range.map { "\($0)\n" }.joined()
    }

    /// A topic of numbers: records, different numbers, and how often one came behind a larger or
    /// equal one in its partition.
    private func survey(
        _ topic: String,
        _ cluster: KafkaCluster
    ) throws -> (records: Int, different: Int, disorder: Int) {
        let read = try Kctl.bash(
            #"""
            set -o pipefail
            kctl consume \#(topic) -e --json |
            awk -F '"partition":|,"offset"|"value":"|"}$' '
              $4 + 0 <= last[$2] { disorder++ }
              { last[$2] = $4 + 0; if (!seen[$4]++) different++ }
              END { print NR, different + 0, disorder + 0 }'
            """#,
            on: cluster.servers
        )
        guard read.ending == .exited(0) else { throw HarnessError(read.errors) }
        let counts = read.text.split { " \n".contains($0) }.compactMap { Int($0) }
        guard counts.count == 3 else { throw HarnessError("awk: \(read.text)") }
        return (counts[0], counts[1], counts[2])
    }

    // MARK: - Memory

    /// A number of `/proc/PID/FILE`.
    private func fact(_ name: String, of pid: pid_t, in file: String) throws -> Int {
        let text = try Kctl.bash("grep '^\(name):' /proc/\(pid)/\(file)").text
        let digits = text.filter { $0.isNumber }
        return try #require(Int(digits), "\(name): \(text)")
    }

    /// 300 MB wait while nothing is acknowledged: they stay in the pipe.
    private func aStalledClusterStopsTheReading(_ cluster: KafkaCluster) throws {
        try makeTopic("flat", copies: 1, on: cluster)
        let run = try Kctl.startBash(
            """
            exec 3<&0
            line=$(printf 'x%.0s' {1..999})
            exec kctl produce flat < <(
              yes $line | head -n 1000; read -u 3; yes $line | head -n 299000; cat <&3)
            """,
            input: .held,
            on: cluster.servers,
            within: .seconds(120)
        )
        let some = try Kctl.run(
            ["consume", "flat", "--from-beginning", "-n", "1000"],
            on: cluster.servers
        )
        #expect(some.lines.count == 1000)
        for number in 1...3 { try cluster.pause(number) }
        run.send("go\n")
        run.wait(forErrors: "kctl: no acknowledgement for 5 s, ")
        let limit = 200_000
        let taken = try fact("rchar", of: run.pid, in: "io")
        #expect(taken < limit * 1000, "it reads on, though nothing is taken from it")
        #expect(try fact("VmHWM", of: run.pid, in: "status") < limit, "kB")
        for number in 1...3 { try cluster.resume(number) }
        let all = try Kctl.bash(
            "kctl consume flat --from-beginning -n 300000 | wc",
            on: cluster.servers
        )
        #expect(
            all.text.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) } == [
                300_000, 300_000, 300_000_000,
            ]
        )
        #expect(try fact("VmHWM", of: run.pid, in: "status") < limit, "kB")
        run.endInput()
        let outcome = run.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.errors.contains("kctl: acknowledged again after "))
        #expect(outcome.tally == Tally(300_000))
        let offsets = try Kctl.run(["topics", "offsets", "flat", "--json"], on: cluster.servers)
        let ends = try offsets.json().map { $0["offset"]?.int64 ?? 0 }
        #expect(ends.reduce(0, +) == 300_000, "none twice")
    }

    // MARK: - Brokers

    private func oneBrokerDiesAndAnotherStalls(_ cluster: KafkaCluster) throws {
        try makeTopic("shaken", copies: 3, on: cluster)
        let run = try Kctl.start(
            ["produce", "shaken"],
            input: .held,
            on: cluster.servers,
            within: .seconds(180)
        )
        // More than the library queues: when it is taken, much of it is acknowledged.
        run.send(lines(1...200_000))
        run.waitUntilInputIsTaken()
        try cluster.kill(2)
        run.send(lines(200_001...400_000))
        run.waitUntilInputIsTaken()
        try cluster.pause(3)
        let stalls = silences(run)
        run.send(lines(400_001...600_000))
        run.endInput()
        run.wait("another silence", until: { silences($0) > stalls })
        try cluster.resume(3)
        let outcome = run.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.tally == Tally(600_000), "\(outcome.errors)")
        let found = try survey("shaken", cluster)
        #expect(found.records == 600_000, "acknowledged and there")
        #expect(found.different == 600_000, "none twice")
        #expect(found.disorder == 0, "in order in each partition")
        try cluster.up(2)
    }

    /// How often it has been said that nothing is acknowledged.
    private func silences(_ run: Program) -> Int {
        String(decoding: run.errors, as: UTF8.self).split(separator: "\n")
            .count { $0.hasPrefix("kctl: no acknowledgement for ") }
    }

    private func allBrokersDieAndComeBack(_ cluster: KafkaCluster) throws {
        try makeTopic("gone", copies: 3, on: cluster)
        try makeTopic("flushed", copies: 3, on: cluster)
        let folder = try TemporaryFolder()
        let arguments = ["produce", "gone", "--checkpoint", "\(folder.path)/state"]
        let run = try Kctl.start(
            arguments + ["--delivery-timeout", "6s"],
            input: .held,
            on: cluster.servers
        )
        let flushed = try Kctl.start(
            ["produce", "flushed", "--flush-timeout", "4s"],
            input: .held,
            on: cluster.servers
        )
        run.send(lines(1...100_000))
        // Fewer than the library's queue takes: a run that cannot read on has no end of input, and
        // its time for flushing does not begin.
        flushed.send(lines(1...60_000))
        flushed.waitUntilInputIsTaken()
        run.waitUntilInputIsTaken()
        for number in 1...3 { try cluster.kill(number) }
        let killed = ContinuousClock.now
        run.send(lines(100_001...200_000))
        run.endInput()
        let outcome = run.finish()
        #expect(ContinuousClock.now - killed < .seconds(20), "bounded by the time for delivery")
        let asked = ContinuousClock.now
        flushed.send(lines(60_001...70_000))
        flushed.endInput()
        let other = flushed.finish()
        #expect(ContinuousClock.now - asked < .seconds(20), "bounded by the time for flushing")
        #expect(!outcome.errors.contains("acknowledged again"), "\(outcome.errors)")
        #expect(!other.errors.contains("acknowledged again"), "\(other.errors)")
        #expect([.exited(6), .exited(4)].contains(outcome.ending), "\(outcome.errors)")
        #expect([.exited(6), .exited(4)].contains(other.ending), "\(other.errors)")
        let tally = try #require(outcome.tally, "\(outcome.errors)")
        let otherTally = try #require(other.tally, "\(other.errors)")
        #expect(tally.read == tally.acked + tally.failed)
        #expect(otherTally.read == otherTally.acked + otherTally.failed)

        // What was acknowledged is there; what was given up may be.
        try cluster.up(1, 2, 3)
        let before = try survey("gone", cluster)
        #expect(before.records == before.different)
        #expect(before.disorder == 0)
        #expect((tally.acked...tally.read).contains(before.records), "\(tally), \(before)")
        let flushedThere = try survey("flushed", cluster)
        #expect(flushedThere.records == flushedThere.different)
        #expect((otherTally.acked...otherTally.read).contains(flushedThere.records))

        // The same input again completes it.
        let again = try Kctl.run(arguments, input: .text(lines(1...200_000)), on: cluster.servers)
        #expect(again.ending == .exited(0), "\(again.errors)")
        let after = try survey("gone", cluster)
        #expect(after.different == 200_000, "nothing is lost")
        #expect(after.records - 200_000 <= 10_000, "no more twice than was under way")
    }
}
