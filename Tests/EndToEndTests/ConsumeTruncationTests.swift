// Records that are deleted: before a read begins, and under a reader that has not come to them.

import Glibc
import JSON
import Testing

@Suite(.needsKafka)
struct ConsumeTruncationTests {
    /// Deletes the first records of topics of one partition, by Kafka's own tool.
    private func delete(_ topics: [String], before offset: Int) throws {
        let folder = try TemporaryFolder()
        let list = topics.map { #"{"topic":"\#($0)","partition":0,"offset":\#(offset)}"# }
        let file = try folder.file(
            "offsets",
            #"{"partitions":[\#(list.joined(separator: ","))],"version":1}"#
        )
        let deleted = try Kafka.tool("delete-records", ["--offset-json-file", file])
        #expect(deleted.ending == .exited(0), "\(deleted.errors)")
    }

    @Test func whatWasDeletedBeforeIsNoPartOfTheRead() throws {
        let topic = try Kafka.topic("deleted-prefix")
        try Kafka.fill(topic, 0..<100)
        try delete([topic], before: 90)
        func read(_ arguments: [String]) throws -> [Int] {
            let outcome = try Kafka.run(["consume", topic] + arguments)
            #expect(outcome.ending == .exited(0), "\(arguments): \(outcome.errors)")
            return outcome.lines.compactMap { Int($0) }
        }
        #expect(try read(["-e"]) == Array(90..<100))
        #expect(try read(["--from-beginning", "-n", "10"]) == Array(90..<100))
        #expect(try read(["-o", "start+3", "-e"]) == Array(93..<100))
        #expect(try read(["-o", "-20", "-e"]) == Array(90..<100))
        #expect(try read(["-o", ":95"]) == Array(90..<95))
        #expect(try read(["-o", "@2000-01-01:end"]) == Array(90..<100))
        #expect(try read(["--last", "20"]) == Array(90..<100))
        #expect(try read(["-o", "89", "-e", "--offset-reset", "earliest"]) == Array(90..<100))
        #expect(try read(["-o", "89", "-e", "--offset-reset", "latest"]) == [])
        let gone = try Kafka.run(["consume", topic, "-o", "89", "-e"])
        #expect(gone.ending == .exited(1))
        #expect(
            gone.errors == "kctl: \(topic)[0]: offset 89 is out of range; it has offsets 90 to 100"
                + " (--offset-reset earliest or latest)\n"
        )
        let whole = try Kafka.run(["consume", topic, "-e", "--summary", "json"])
        let partition = try whole.errorJSON().first?["partitions"]?[0]
        #expect(partition?["fromOffset"]?.int64 == 90)
        #expect(partition?["records"]?.int64 == 10)
        // Nothing is left: an offset as such, and no record.
        try delete([topic], before: 100)
        #expect(try read(["-e"]) == [])
        #expect(try read(["--last", "3"]) == [])
    }

    /// A read, and whether it goes on behind what is deleted under it.
    struct Manner: CustomTestStringConvertible {
        var words: [String]
        var joins = false
        var goesOn: Bool

        var testDescription: String { words.joined(separator: " ") + (joins ? " -g" : "") }
    }

    /// Each has a topic of its own; all lose their first records at once.
    @Test func recordsDeletedUnderAReaderAreToldOrPassedOver() throws {
        let count = 400_000
        let kept = 399_990
        let manners = [
            Manner(words: ["-e"], goesOn: false),
            Manner(words: ["--from-beginning"], goesOn: false),
            Manner(words: ["-e", "--offset-reset", "error"], joins: true, goesOn: false),
            Manner(words: ["-e", "--offset-reset", "earliest"], goesOn: true),
            Manner(words: ["-e", "--offset-reset", "2020-01-01"], goesOn: true),
            Manner(words: ["-e", "-X", "auto.offset.reset=earliest"], goesOn: true),
            Manner(words: ["-e"], joins: true, goesOn: true),
            Manner(words: ["-e", "--offset-reset", "latest"], goesOn: true),
        ]
        let lines = (0..<count).map { "\($0)\n" }.joined()
        let readers = try manners.map { manner in
            let topic = try Kafka.topic("truncated")
            let sent = try Kafka.run(["produce", topic], input: .text(lines))
            #expect(sent.tally == Tally(count))
            let group = manner.joins ? ["-g", Kafka.name("truncated")] : []
            if manner.joins {
                // The group knows where to begin.
                let one = try Kafka.run(
                    ["consume", topic, "-n", "1", "--from-beginning"] + group
                )
                #expect(one.text == "0\n")
            }
            let reader = try Kafka.start(
                ["consume", topic] + manner.words + group,
                output: .stalled,
                within: .seconds(120)
            )
            reader.waitUntilOutputIsFull()
            return (topic, manner, reader)
        }
        try delete(readers.map(\.0), before: kept)
        for (topic, manner, reader) in readers {
            reader.resumeReading()
            let outcome = reader.finish()
            let numbers = outcome.lines.compactMap { Int($0) }
            let first = numbers.first ?? 0
            // What had been fetched, then what is left or the error.
            let front = zip(numbers, first...).prefix { $0 == $1 }.count
            let next = first + front
            #expect((1000..<kept).contains(next), "\(manner)")
            guard manner.goesOn else {
                #expect(outcome.ending == .exited(1), "\(manner): \(outcome.errors)")
                #expect(numbers.count == front, "\(manner)")
                let told =
                    "kctl: \(topic)[0]: offset \(next) is out of range; it has offsets \(kept) to"
                    + " \(count) (--offset-reset earliest or latest)\n"
                #expect(outcome.errors.hasSuffix(told), "\(outcome.errors)")
                continue
            }
            #expect(outcome.ending == .exited(0), "\(manner): \(outcome.errors)")
            let rest = manner.words.contains("latest") ? [] : Array(kept..<count)
            #expect(Array(numbers.dropFirst(front)) == rest, "\(manner)")
        }
    }

    @Test func aPinnedEndThatIsDeletedIsReached() throws {
        let topic = try Kafka.topic("truncated-end")
        let count = 400_000
        try Kafka.fill(topic, 0..<count)
        let reader = try Kafka.start(
            ["consume", topic, "-e", "--offset-reset", "earliest"],
            output: .stalled
        )
        reader.waitUntilOutputIsFull()
        // The end lies before the first record by now.
        try Kafka.fill(topic, count..<count + 10)
        try delete([topic], before: count + 5)
        reader.resumeReading()
        let outcome = reader.finish()
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        let numbers = outcome.lines.compactMap { Int($0) }
        #expect(numbers == Array(0..<numbers.count))
        #expect(numbers.count < count)
    }
}
