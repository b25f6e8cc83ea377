// `consume --exec` when something comes between: kills, rebalances, Ctrl-C. Every record is worked
// on to the end, and again only when its commit had not been made.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeExecFaultTests {
    private let group = Kafka.name("exec-faults")

    private func left(_ topic: String) throws -> [Substring] {
        let rest = try Kafka.run(Kafka.member(topic, group, ["-e", "--commit", "none"]))
        #expect(rest.ending == .exited(0), "\(rest.errors)")
        return rest.lines
    }

    /// kctl is killed at twenty moments; a static member has its partitions back at once.
    @Test func whatIsKilledRepeatsNothingBeforeTheLastCommit() throws {
        let topic = try Kafka.topic("exec-killed", partitions: 2)
        let count = 600
        try Kafka.fill(topic, 0..<count, ["-X", "batch.size=1000"])
        let gate = try Gate()
        let words = Kafka.worker(topic, group, gate.note("done"), ["--instance-id", "one"])
        /// Per partition how many of the notes of earlier runs there are, by their last offset.
        var last: [Int64: Int64] = [:]
        var seen = 0
        func check() {
            let places = gate.places("done")
            var previous: [Int64: Int64] = [:]
            for place in places[seen...] {
                if let before = previous[place.partition] {
                    #expect(place.offset == before + 1, "within a run nothing comes twice")
                } else {
                    // At most the one record at work when the run before was killed.
                    let known = last[place.partition] ?? -1
                    #expect([known, known + 1].contains(place.offset), "\(place) after \(known)")
                }
                previous[place.partition] = place.offset
            }
            last.merge(previous) { _, new in new }
            seen = places.count
        }
        for _ in 0..<20 {
            let worker = try Kafka.start(words)
            let enough = seen + Int.random(in: 0...25)
            worker.watchState("some work") { _ in gate.places("done").count >= enough }
            worker.signal(SIGKILL)
            #expect(worker.finish().ending == .signalled(SIGKILL))
            worker.waitForOthers()
            check()
        }
        #expect(seen < count, "it was killed in the middle")
        let rest = try Kafka.run(words + ["-e"])
        #expect(rest.ending == .exited(0), "\(rest.errors)")
        check()
        #expect(Set(gate.places("done")) == (try Kafka.places(of: topic)))
        #expect(seen <= count + 20)
        #expect(try left(topic).isEmpty)
    }

    /// Its commands are killed at twenty moments, which are failures like others.
    @Test func aCommandThatIsKilledIsTriedAgain() throws {
        let topic = try Kafka.topic("exec-child")
        let count = 300
        try Kafka.fill(topic, 0..<count)
        let gate = try Gate()
        let line = "\(gate.note("begun")); sleep 0.01; \(gate.note("done"))"
        let words = ["-e", "-v", "--retries", "30", "--backoff", "1ms"]
        let worker = try Kafka.start(Kafka.worker(topic, group, line, words))
        worker.watchState("some work") { _ in !gate.notes.isEmpty }
        // The process that looks after commands stands between the two.
        func children(of parent: pid_t) -> [pid_t] {
            guard let folder = opendir("/proc") else { return [] }
            defer { closedir(folder) }
            var found: [pid_t] = []
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard let pid = pid_t(name), let text = try? readFile("/proc/\(pid)/stat") else {
                    continue
                }
                let facts = text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst().split(
                    separator: " "
                )
                if facts.count > 1, pid_t(facts[1]) == parent, facts[0] != "Z" { found.append(pid) }
            }
            return found
        }
        let keeper = try #require(children(of: worker.pid).first)
        var killed = 0
        while killed < 20, !worker.hasEnded {
            let enough = gate.notes.count + Int.random(in: 1...10)
            worker.watchState("some work") { $0.hasEnded || gate.notes.count >= enough }
            var isKilled = false
            worker.watchState("a command") { program in
                isKilled =
                    isKilled || children(of: keeper).contains { kill($0, SIGKILL) == 0 }
                return isKilled || program.hasEnded
            }
            if isKilled { killed += 1 }
        }
        let outcome = worker.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(killed == 20)
        let told = outcome.errorLines.count { $0.contains("ended by SIGKILL; retry in ") }
        #expect(told > 0 && told <= 20)
        let done = gate.places("done")
        #expect(Set(done).count == count)
        #expect(done == done.sorted(), "the next one begins when the one before is done")
        // One may be killed when it has noted its end.
        #expect(done.count <= count + told)
        #expect(try left(topic).isEmpty)
    }

    /// What is to be given back waits for the command, so that nobody does its work again.
    @Test(arguments: [[], ["-X", "partition.assignment.strategy=cooperative-sticky"]])
    func aMemberThatComesWaitsForTheCommandAtWork(manner: [String]) throws {
        let topic = try Kafka.topic("exec-shared", partitions: 2)
        try Kafka.fill(topic, 0..<1, ["--partition", "0"])
        try Kafka.fill(topic, 0..<1, ["--partition", "1"])
        let gate = try Gate()
        let words = Kafka.worker(topic, group, gate.line, manner)
        let first = try Kafka.start(words)
        first.watchState("work") { _ in !gate.notes.isEmpty }
        let second = try Kafka.start(words)
        [first, second].watch("what is to be given back") {
            first.said("revoking \(topic)[1] when the running command has ended")
                || first.said("revoking \(topic)[0] when the running command has ended")
                || first.said("revoking \(topic)[0-1] when the running command has ended")
        }
        try gate.open()
        [first, second].watch("both records") { gate.places("ended").count == 2 }
        [first, second].watch("a partition each") { second.reads(topic) }
        for member in [first, second] {
            member.signal(SIGINT)
            let outcome = member.finish()
            #expect(outcome.ending == .signalled(SIGINT))
            #expect(!outcome.errors.contains("not committed"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("lost"), "\(outcome.errors)")
        }
        #expect(gate.places("begun").count == 2, "nothing was done twice: \(gate.notes)")
        #expect(try left(topic).isEmpty)
    }

    /// Nobody waits for ever: what is taken away is not committed by whoever had it.
    @Test func whatIsTakenAwayMeanwhileIsNotCommitted() throws {
        let topic = try Kafka.topic("exec-taken")
        try Kafka.fill(topic, 0..<1)
        let gate = try Gate()
        let words = Kafka.worker(topic, group, gate.line, ["-X", "max.poll.interval.ms=6000"])
        let first = try Kafka.start(words)
        first.watchState("work") { _ in !gate.notes.isEmpty }
        let second = try Kafka.start(words)
        [first, second].watch("partitions given back") { first.said("revoked \(topic)[0]") }
        try gate.open()
        [first, second].watch("the work, again") { gate.places("ended").count == 2 }
        let told = "\(topic)[0] offset 0: not committed because the partition was revoked"
        [first, second].watch("why") { first.said(told) }
        [first, second].watch("a commit") {
            (try? Kafka.committed(topic, group)) == [1]
        }
        for member in [first, second] {
            member.signal(SIGINT)
            #expect(member.finish().ending == .signalled(SIGINT))
        }
        #expect(gate.places("ended").count == 2)
        #expect(try left(topic).isEmpty)
    }

    @Test func aSignalWaitsForTheCommandAndCommitsWhatItHasDone() throws {
        let topic = try Kafka.topic("exec-interrupted")
        try Kafka.fill(topic, 0..<3)
        let gate = try Gate()
        let worker = try Kafka.start(Kafka.worker(topic, group, gate.line))
        worker.watchState("work") { _ in !gate.notes.isEmpty }
        worker.signal(SIGINT)
        worker.wait(forErrors: "\(topic)[0] offset 0: waiting for the command to end")
        try gate.open()
        let outcome = worker.finish()
        #expect(outcome.ending == .signalled(SIGINT), "\(outcome.errors)")
        #expect(gate.notes == ["begun 0@0", "ended 0@0"])
        #expect(try left(topic) == ["1", "2"])
    }

    @Test func aSecondSignalKillsTheCommandAndNothingIsCommitted() throws {
        let topic = try Kafka.topic("exec-interrupted-twice")
        try Kafka.fill(topic, 0..<3)
        let gate = try Gate()
        let line = "trap '' INT TERM; \(gate.line)"
        let worker = try Kafka.start(Kafka.worker(topic, group, line, ["--summary", "json"]))
        worker.watchState("work") { _ in !gate.notes.isEmpty }
        worker.signal(SIGTERM)
        worker.wait(forErrors: "waiting for the command to end")
        worker.signal(SIGTERM)
        let outcome = worker.finish()
        #expect(outcome.ending == .signalled(SIGTERM), "\(outcome.errors)")
        try gate.open()
        #expect(gate.notes == ["begun 0@0"])
        #expect(try left(topic) == ["0", "1", "2"])
        // What was not completed is not counted, and not behind the position.
        let last = try #require(outcome.errorLines.first { $0.hasPrefix("{") })
        let summary = try JSONValue(parsing: String(last))
        #expect(summary["ended"]?.string == "interrupted")
        #expect(summary["printed"]?.int64 == 0)
        #expect(summary["partitions"]?[0]?["records"]?.int64 == 0)
        #expect(summary["partitions"]?[0]?["position"]?.int64 == 0)
    }

    /// The stop between the work and the commit of the tutorial: the same record comes again.
    @Test func aStopWhileARecordIsStoredReadsItAgain() throws {
        let topic = try Kafka.topic("exec-stopped")
        try Kafka.fill(topic, 0..<2)
        let gate = try Gate()
        let worker = try Kafka.start(Kafka.worker(topic, group, gate.line))
        worker.watchState("work") { _ in !gate.notes.isEmpty }
        worker.signal(SIGINT)
        worker.wait(forErrors: "waiting for the command to end")
        worker.signal(SIGINT)
        #expect(worker.finish().ending == .signalled(SIGINT))
        try gate.open()
        let again = try Kafka.run(Kafka.worker(topic, group, gate.line, ["-e"]))
        #expect(again.ending == .exited(0), "\(again.errors)")
        #expect(
            gate.notes == ["begun 0@0", "begun 0@0", "ended 0@0", "begun 0@1", "ended 0@1"]
        )
    }

    /// A member at work stays one, for longer than the group waits for a sign of life.
    @Test func aMemberAtWorkStaysAlive() throws {
        let topic = try Kafka.topic("exec-alive")
        try Kafka.fill(topic, 0..<1)
        let line = "sleep 7; echo done"
        let words = ["-e", "-X", "max.poll.interval.ms=6000"]
        let run = try Kafka.run(Kafka.worker(topic, group, line, words))
        #expect(run.ending == .exited(0), "\(run.errors)")
        #expect(run.lines == ["done"])
        #expect(!run.errors.contains("max.poll.interval.ms"), "\(run.errors)")
        #expect(try left(topic).isEmpty)
    }

    /// A coordinator that does not answer is waited for, and nothing else begins meanwhile.
    @Test func aCommitThatTakesLongIsWaitedFor() throws {
        let cluster = try KafkaCluster(brokers: 1, [])
        let records = ["produce", "work"]
        let made = try Kctl.run(["topics", "create", "work"], on: cluster.servers)
        #expect(made.ending == .exited(0), "\(made.errors)")
        let sent = try Kctl.run(records, input: .text("1\n2\n"), on: cluster.servers)
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let gate = try Gate()
        let words = ["consume", "work", "-g", group, "--from-beginning", "-e", "-v", "--exec"]
        let worker = try Kctl.start(words + [gate.line], on: cluster.servers)
        worker.watchState("work") { _ in !gate.notes.isEmpty }
        try cluster.pause(1)
        try gate.open()
        worker.wait(forErrors: "work[0] offset 0: processed, not committed yet; still trying")
        #expect(gate.notes == ["begun 0@0", "ended 0@0"])
        try cluster.resume(1)
        let outcome = worker.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.errors.contains("work[0] offset 0: committed\n"))
        #expect(gate.notes == ["begun 0@0", "ended 0@0", "begun 0@1", "ended 0@1"])
    }
}
