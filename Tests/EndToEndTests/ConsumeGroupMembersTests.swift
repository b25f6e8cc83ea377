// `consume --group` with members that come and go, politely and not: every record is printed by
// somebody, and none twice but those behind the last commit of one that was not asked.

import Glibc
import Testing

@Suite(.needsKafka)
struct ConsumeGroupMembersTests {
    private let group = Kafka.name("members")

    /// How a group's members share out.
    enum Manner: CaseIterable {
        case eager, cooperative, fixed

        func words(_ member: Int) -> [String] {
            switch self {
            case .eager: []
            case .cooperative: ["-X", "partition.assignment.strategy=cooperative-sticky"]
            case .fixed: ["--instance-id", "member-\(member)"]
            }
        }
    }

    /// Members join one after the other while records are written, and leave in the same order.
    @Test(arguments: Manner.allCases, [2, 5])
    func membersComeAndGoAndEachRecordIsPrintedOnce(manner: Manner, count: Int) throws {
        let topic = try Kafka.topic("members", partitions: 7)
        // The topic is long enough that members are in the middle of it when others come.
        var written = 200_000
        try Kafka.fill(topic, 0..<written, ["-X", "batch.size=5000"])
        func write() throws {
            try Kafka.fill(topic, written..<written + 5000, ["-X", "batch.size=5000"])
            written += 5000
        }
        var members: [Program] = []
        for number in 0..<count {
            let words = Kafka.member(topic, group, Place.format + manner.words(number))
            let member = try Kafka.start(words, within: .seconds(240))
            members.append(member)
            // Its elders give back what it gets.
            members.watch("partitions of \(number)") { member.reads(topic) }
            try write()
        }
        var printed: [Place] = []
        while members.count > 1 {
            let member = members.removeFirst()
            member.signal(SIGINT)
            let outcome = member.finish()
            #expect(outcome.ending == .signalled(SIGINT))
            #expect(!outcome.errors.contains("cannot"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("lost"), "\(outcome.errors)")
            printed += try Place.brief(in: outcome.output)
            try write()
        }
        members.watch("the rest") { members[0].lineCount + printed.count >= written }
        printed += try members.interrupt()
        #expect(Set(printed).count == written)
        #expect(printed.count == written)
        #expect(try Kafka.committed(topic, group) == (try Kafka.ends(of: topic)))
    }

    /// A static member that is killed and comes back has its partitions at once.
    @Test func aMemberThatIsKilledTwentyTimesSkipsNothing() throws {
        let topic = try Kafka.topic("killed", partitions: 3)
        let count = 400_000
        try Kafka.fill(topic, 0..<count, ["-X", "batch.size=20000"])
        let words = Kafka.member(
            topic,
            group,
            Place.format + ["--instance-id", "one", "-X", "auto.commit.interval.ms=20"]
        )
        var printed: Set<Place> = []
        /// Per partition the first offset that nobody has printed.
        var frontier: [Int64: Int64] = [:]
        /// Per partition where the last run began: behind what was committed then.
        var begun: [Int64: Int64] = [:]
        func check(_ places: [Place]) {
            var next: [Int64: Int64] = [:]
            for place in places {
                if let expected = next[place.partition] {
                    #expect(place.offset == expected)
                } else {
                    // It goes on where something was committed: not behind what was printed, and
                    // not before what an earlier run found committed.
                    #expect(place.offset <= frontier[place.partition] ?? 0)
                    #expect(place.offset >= begun[place.partition] ?? 0)
                    begun[place.partition] = place.offset
                }
                next[place.partition] = place.offset + 1
            }
            for (partition, offset) in next {
                frontier[partition] = max(frontier[partition] ?? 0, offset)
            }
            printed.formUnion(places)
        }
        for _ in 0..<20 {
            let reader = try Kafka.start(words)
            let enough = Int.random(in: 0...250_000)
            reader.watchState("some records") { reader in
                reader.output.count >= enough || printed.count + reader.lineCount >= count
            }
            reader.signal(SIGKILL)
            let outcome = reader.finish()
            #expect(outcome.ending == .signalled(SIGKILL))
            check(try Place.brief(in: outcome.output))
        }
        let rest = try Kafka.run(words + ["-e"])
        #expect(rest.ending == .exited(0), "\(rest.errors)")
        check(try Place.brief(in: rest.output))
        #expect(printed.count == count)
    }

    /// A member that is stopped for too long is put out; what it held goes on elsewhere.
    @Test func aMemberThatIsStoppedIsReplacedAndComesBack() throws {
        let topic = try Kafka.topic("stopped", partitions: 2)
        try Kafka.fill(topic, 0..<1000, ["-X", "batch.size=500"])
        let words = Kafka.member(topic, group, Place.format)
        let first = try Kafka.start(words, within: .seconds(120))
        first.watchState("all records") { $0.lineCount == 1000 }
        first.signal(SIGSTOP)
        let second = try Kafka.start(words, within: .seconds(120))
        try Kafka.fill(topic, 1000..<2000, ["-X", "batch.size=500"])
        second.watchState("the other half") { $0.lineCount >= 1000 }
        first.signal(SIGCONT)
        let members = [first, second]
        members.watch("that it is told") { first.said("lost \(topic)[0-1]") }
        members.watch("a partition") { first.reads(topic) }
        try Kafka.fill(topic, 2000..<3000, ["-X", "batch.size=100"])
        members.watch("the last part") { members.places.count == 3000 }
        let printed = try members.interrupt()
        #expect(Set(printed).count == 3000)
        // What the first had printed or fetched, and not committed, when it was stopped comes again.
        #expect(try Kafka.committed(topic, group) == (try Kafka.ends(of: topic)))
    }

    /// A reader that takes nothing for too long costs a member its partitions, and it says so.
    @Test func aMemberThatReadsNothingForTooLongJoinsAgain() throws {
        let topic = try Kafka.topic("sleeper", partitions: 2)
        let count = 300_000
        try Kafka.fill(topic, 0..<count, ["-X", "batch.size=5000"])
        let words = Kafka.member(topic, group, Place.format + ["-X", "max.poll.interval.ms=6000"])
        let member = try Kafka.start(words, output: .stalled, within: .seconds(120))
        member.waitUntilOutputIsFull()
        var isEmpty = false
        while !isEmpty {
            let state = try Kafka.tool("consumer-groups", ["--describe", "--group", group])
            isEmpty = state.errors.contains("no active members")
        }
        member.resumeReading()
        member.wait(
            forErrors:
                "left the group: no records taken for longer than max.poll.interval.ms (6s)"
        )
        member.wait(forErrors: "lost \(topic)[0-1]")
        [member].watch("every record") { [member].places.count == count }
        _ = try [member].interrupt()
        #expect(try Kafka.committed(topic, group) == (try Kafka.ends(of: topic)))
    }

    /// What a member held that takes nothing for too long goes on elsewhere.
    @Test(arguments: [Manner.eager, .cooperative])
    func aMemberWhoseReaderSleepsIsReplacedAndComesBack(manner: Manner) throws {
        let topic = try Kafka.topic("replaced", partitions: 2)
        let count = 300_000
        try Kafka.fill(topic, 0..<count, ["-X", "batch.size=5000"])
        let words = Kafka.member(
            topic,
            group,
            Place.format + ["-X", "max.poll.interval.ms=6000"] + manner.words(0)
        )
        let first = try Kafka.start(words, output: .stalled, within: .seconds(120))
        first.waitUntilOutputIsFull()
        let second = try Kafka.start(words, within: .seconds(120))
        second.watchState("both partitions") { second in
            // What the first has committed by then depends on the machine.
            second.said("reading \(topic)[0-1]")
                || second.said("reading \(topic)[0] from ") && second.said(", \(topic)[1] from ")
        }
        first.resumeReading()
        let members = [first, second]
        members.watch("partitions for both") { first.reads(topic) && second.reads(topic) }
        members.watch("every record") {
            first.lineCount + second.lineCount >= count && members.places.count == count
        }
        #expect(Set(try members.interrupt()).count == count)
        #expect(try Kafka.committed(topic, group) == (try Kafka.ends(of: topic)))
    }

    /// Partitions that change hands in the end are nobody's for a while: the last to go must not
    /// leave any behind.
    @Test(arguments: Manner.allCases, 1...3)
    func boundedMembersShareATopicAndEnd(manner: Manner, round: Int) throws {
        let topic = try Kafka.topic("bounded", partitions: 4)
        try Kafka.fill(topic, 0..<50_000, ["-X", "batch.size=5000"])
        let members = try (0..<3).map { number in
            try Kafka.start(
                Kafka.member(topic, group, ["-e"] + Place.format + manner.words(number)),
                within: .seconds(120)
            )
        }
        for member in members { members.watch("the end", until: { member.hasEnded }) }
        let printed = try members.flatMap { member in
            let outcome = member.finish()
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            return try Place.brief(in: outcome.output)
        }
        #expect(Set(printed).count == 50_000)
        #expect(printed.count == 50_000)
    }
}
