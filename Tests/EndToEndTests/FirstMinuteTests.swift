// What a person sees who runs kctl for the first time: what it waits for, what to type, what to try.

import Glibc
import JSON
import Testing

struct FirstMinuteTests {
    private let waiting =
        "kctl: waiting for new records in t (3 partitions); --from-beginning reads the old ones,"
        + " Ctrl-C stops\n"

    @Test func aReaderIsToldWhatItWaitsFor() throws {
        let sandbox = try SandboxServer(["--topic", "t:3"])
        let reader = try Kctl.start(
            ["consume", "t"],
            input: .terminal,
            output: .terminal,
            on: sandbox.address
        )
        reader.wait(forOutput: waiting)
        _ = try Kctl.run(["produce", "t"], input: .text("x\ny\n"), on: sandbox.address)
        reader.wait(forOutput: "y\n")
        reader.signal(SIGINT)
        #expect(reader.finish().text == waiting + "x\ny\n")
    }

    @Test func aMemberOfAGroupIsTold() throws {
        let sandbox = try SandboxServer(["--topic", "t:3"])
        let reader = try Kctl.start(
            ["consume", "t", "-g", "g"],
            input: .terminal,
            output: .terminal,
            on: sandbox.address
        )
        reader.wait(
            forOutput: "kctl: waiting for new records in t (3 partitions) as a member of group 'g';"
                + " Ctrl-C stops\n"
        )
        reader.signal(SIGINT)
        _ = reader.finish()
    }

    @Test func aPipeIsNotTold() throws {
        let sandbox = try SandboxServer(["--topic", "t:3"])
        let read = try Kctl.run(["consume", "t", "--for", "2s"], on: sandbox.address)
        #expect(read.ending == .exited(0))
        #expect(read.errors == "")
    }

    @Test func theSummaryIsOneLine() throws {
        let sandbox = try SandboxServer(["--topic", "t:3"])
        _ = try Kctl.run(["produce", "t"], input: .text("x\n"), on: sandbox.address)
        func read(_ words: String...) throws -> String {
            let read = try Kctl.run(
                ["consume", "t", "-e"] + words,
                input: .terminal,
                output: .terminal,
                on: sandbox.address
            )
            #expect(read.ending == .exited(0))
            return read.text
        }
        #expect(try read() == "x\nkctl: printed 1 record\n")
        #expect(try read("--summary", "line") == "x\nkctl: printed 1 record\n")
        #expect(try read("--summary", "none") == "x\n")
        let none = "kctl: nothing to print: the only record was filtered out\n"
        #expect(try read("--grep", "z") == none)
        let parts = try read("--summary", "partitions")
        #expect(parts.contains("]: 1 record, offset 0\n"), "\(parts)")
        #expect(parts.contains("]: no records from offset 0\n"), "\(parts)")
        #expect(parts.hasSuffix("kctl: printed 1 record\n"))
        // The word of before.
        #expect(try read("--summary", "text").split(separator: "\n").count == 5)
    }

    @Test(arguments: [
        ([], "one record per line"), (["-K", ":"], "one record per line as KEY:VALUE"),
        (["--json"], "one JSON object per line"), (["-D", ";"], "records, each ended by ';'"),
    ])
    func aWriterIsToldWhatToType(_ words: [String], _ form: String) throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let writer = try Kctl.start(
            ["produce", "t"] + words,
            input: .terminal,
            output: .terminal,
            on: sandbox.address
        )
        writer.wait(forOutput: "kctl: \(form), Ctrl-D to finish\n")
        writer.send("\u{04}")
        #expect(writer.finish().text.hasSuffix("kctl: sent 0, acknowledged 0, failed 0\n"))
        let piped = try Kctl.run(["produce", "t"], on: sandbox.address)
        #expect(piped.errors == "kctl: sent 0, acknowledged 0, failed 0\n")
    }

    /// A progress line would be due after a second, and would erase the half line.
    @Test func nothingThatIsTypedSlowlyIsErased() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let writer = try Kctl.startBash(
            "exec script -qec 'kctl produce t --progress' /dev/null",
            input: .held,
            on: sandbox.address
        )
        writer.wait(forOutput: "Ctrl-D to finish\r\n")
        // Each piece is typed when another run, begun after the last, has shown its progress.
        for (index, piece) in ["he", "ll", "o\n"].enumerated() {
            writer.send(piece)
            writer.wait(forOutput: piece.replacing("\n", with: "\r\n"))
            guard index < 2 else { continue }
            let other = try Kctl.start(
                ["produce", "t", "--progress"],
                input: .held,
                on: sandbox.address
            )
            other.wait(forErrors: " in flight")
            other.endInput()
            _ = other.finish()
        }
        writer.send("\u{04}")
        writer.wait(forOutput: "failed 0\r\n")
        let text = String(decoding: writer.output, as: UTF8.self)
        #expect(
            text == "kctl: one record per line, Ctrl-D to finish\r\nhello\r\n"
                + "kctl: sent 1, acknowledged 1, failed 0\r\n"
        )
        writer.endInput()
        _ = writer.finish()
    }

    @Test func aMissingAddressIsAnswered() throws {
        // Nothing that a test starts listens on Kafka's own port.
        let none = try Kctl.run(["topics", "list"])
        #expect(none.ending == .exited(4))
        for word in ["localhost:9092", "-b HOST:PORT", "KCTL_BOOTSTRAP_SERVERS"] {
            #expect(none.errors.contains(word), "\(none.errors)")
        }
        for word in ["'kctl config init'", "'kctl sandbox'"] {
            #expect(none.errors.contains(word), "\(none.errors)")
        }
        let json = try Kctl.run(["topics", "list", "--errors", "json"])
        #expect(try json.errorJSON().first?["hint"]?.string?.contains("-b HOST:PORT") == true)
        let set = try Kctl.run(["topics", "list", "-b", "127.0.0.1:1"])
        #expect(!set.errors.contains("config init"), "\(set.errors)")
        let consume = try Kctl.run(["consume", "t"])
        #expect(consume.errors.contains("KCTL_BOOTSTRAP_SERVERS"), "\(consume.errors)")
    }
}
