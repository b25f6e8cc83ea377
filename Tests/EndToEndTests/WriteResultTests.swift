// Every command that changes something says what it did: a line, objects with --json, or nothing.

import JSON
import Testing

@Suite(.needsKafka)
struct WriteResultTests {
    private let name = Kafka.name("write")
    private let desk: Operator

    init() throws { desk = try Operator() }

    private func object(_ words: [String]) throws -> JSONValue {
        let outcome = try desk.run(words + ["--json"])
        #expect(outcome.ending == .exited(0), "\(words): \(outcome.errors)")
        let objects = try outcome.json()
        #expect(objects.count == 1, "\(words): \(outcome.text)")
        return try #require(objects.first)
    }

    private func silent(_ words: [String]) throws {
        let outcome = try desk.run(words + ["--quiet"])
        #expect(outcome.ending == .exited(0), "\(words): \(outcome.errors)")
        #expect(outcome.output.isEmpty && outcome.errors.isEmpty, "\(words): \(outcome.errors)")
    }

    @Test func topicsSayWhatWasDone() throws {
        let planned = try object(["topics", "create", name, "-p", "2", "-r", "1", "--dry-run"])
        #expect(planned["done"]?.bool == false)
        let made = try object(["topics", "create", name, "-p", "2", "-r", "1"])
        #expect(made["topic"]?.string == name && made["done"]?.bool == true)
        #expect(made["partitionCount"]?.int64 == 2 && made["replicationFactor"]?.int64 == 1)
        let grown = try object(["topics", "alter", name, "-p", "3"])
        #expect(grown["oldPartitionCount"]?.int64 == 2 && grown["partitionCount"]?.int64 == 3)
        #expect(grown["done"]?.bool == true)
        let altered = try object(["configs", "alter", "topic", name, "--set", "retention.ms=7000"])
        #expect(altered["done"]?.bool == true)
        try silent(["configs", "alter", "topic", name, "--set", "retention.ms=8000"])
        try silent(["topics", "alter", name, "-p", "4"])
        let gone = try object(["topics", "delete", name])
        #expect(gone["topic"]?.string == name && gone["done"]?.bool == true)
        try silent(["topics", "create", name])
        try silent(["topics", "delete", name])
    }

    /// The layout that the broker chose is what is reported.
    @Test func aLayoutThatWasLeftOpenIsTheBrokers() throws {
        let made = try object(["topics", "create", name])
        #expect(made["partitionCount"]?.int64 == 1 && made["replicationFactor"]?.int64 == 1)
    }

    @Test func globsChooseTopicsAndGroups() throws {
        let topics = ["\(name)-a1", "\(name)-a2", "\(name)-b1"]
        #expect(try desk.run(["topics", "create"] + topics).ending == .exited(0))
        let listed = try desk.run(["topics", "list", "--glob", "\(name)-a*", "--json"])
        #expect(try listed.json().map { $0["topic"]?.string } == ["\(name)-a1", "\(name)-a2"])
        let group = Kafka.name("glob")
        try silent(["groups", "create", group, "-t", topics[0], "--to-earliest"])
        let groups = try desk.run(["groups", "list", "--glob", "\(group.dropLast())?", "--json"])
        #expect(try groups.json().map { $0["group"]?.string } == [group])
        let asked = try desk.run(["topics", "delete", "--glob", "\(name)-b*"])
        #expect(asked.ending == .exited(2))
        #expect(asked.errors.contains("refusing to delete 1 topic without a terminal"))
        let gone = try desk.run(["topics", "delete", "--glob", "\(name)-*", "--yes", "--json"])
        #expect(try gone.json().count == 3)
    }

    @Test func groupsSayWhatWasDoneAndHowToUndoIt() throws {
        #expect(try desk.run(["topics", "create", name, "-p", "2"]).ending == .exited(0))
        let group = Kafka.name("written")
        let made = try desk.run(
            ["groups", "create", group, "-t", name, "--to-earliest", "--json"]
        )
        #expect(try made.json().map { $0["done"]?.bool } == [true, true])
        #expect(made.errors.isEmpty)
        let commit = ["groups", "commit", group, "-t", name, "-p", "0", "-o", "0"]
        let committed = try object(commit)
        let id = try #require(committed["savedState"]?.string)
        let plan = try object(["groups", "restore", group, id])
        #expect(plan["done"]?.bool == false)
        let restored = try object(["groups", "restore", group, id, "--execute"])
        #expect(restored["done"]?.bool == true)
        try silent(commit)
        let several = ["groups", "delete-offsets", group, "-t", "\(name):0", "-t", "\(name):1"]
        let asked = try desk.run(several)
        #expect(asked.ending == .exited(2))
        #expect(asked.errors.contains("refusing to delete 2 offsets of group"))
        let cut = try desk.run(several + ["--yes", "--json"])
        #expect(try cut.json().map { $0["done"]?.bool } == [true, true])
        #expect(try desk.run(["groups", "restore", group, "--execute"]).ending == .exited(0))
        let gone = try object(["groups", "delete", group])
        #expect(gone["group"]?.string == group && gone["done"]?.bool == true)
        #expect(gone["savedState"]?.string?.isEmpty == false)
    }

    @Test func trimSaysHowManyRecords() throws {
        #expect(try desk.run(["topics", "create", name]).ending == .exited(0))
        let filled = try Kafka.run(["produce", name], input: .text("a\nb\nc\n"))
        #expect(filled.ending == .exited(0))
        let words = ["topics", "trim", name, "--before", "2", "--yes"]
        let dry = try desk.run(words + ["--dry-run"])
        #expect(dry.errors == "kctl: would delete at most 2 records of 1 partition\n")
        let done = try desk.run(words)
        #expect(done.errors == "kctl: deleted at most 2 records of 1 partition\n")
    }

    @Test func aHealthyClusterIsAnObject() throws {
        let healthy = try object(["cluster", "health"])
        #expect(healthy["healthy"]?.bool == true)
        #expect(healthy["brokerCount"]?.int64 == 1)
    }
}
