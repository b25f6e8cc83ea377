// What a hostile broker says ends every command, in time and with a word.

import Glibc
import JSON
import Testing

struct HostileTests {
    /// What a command may come to: a status of the table, or a fault that is told of.
    private func isHonest(_ outcome: Outcome) -> Bool {
        switch outcome.ending {
        case .exited(0): true
        case .exited(let status): (1...7).contains(status) && !outcome.errors.isEmpty
        case .signalled(let number):
            [SIGSEGV, SIGABRT, SIGBUS].contains(number)
                && outcome.errors.contains("kctl: crashed (SIG")
        }
    }

    /// All four at once: most of their time is waiting.
    @Test(arguments: Hostile.forms)
    func everyAnswerEndsEveryCommand(_ form: String) throws {
        let address = try Hostile.address(form)
        let commands = [
            ["topics", "list"], ["topics", "describe", "t"], ["consume", "t", "-e"],
            ["produce", "t", "--delivery-timeout", "2s"],
        ]
        let programs = try commands.map { words in
            try Kctl.start(
                words + ["-b", address, "--timeout", "1s"],
                input: .text("x\n"),
                within: .seconds(120)
            )
        }
        for (words, program) in zip(commands, programs) {
            let outcome = program.finish()
            #expect(isHonest(outcome), "\(words): \(outcome.ending) \(outcome.errors)")
            // A check of what our own reader of the answer has to refuse.
            #expect(!outcome.errors.contains("Fatal error"), "\(words): \(outcome.errors)")
        }
    }

    struct Refusal: CustomTestStringConvertible {
        var form: String
        var told: String
        var testDescription: String { form }
    }

    @Test(arguments: [
        Refusal(form: "partition id -1", told: "topic 't' has a partition -1"),
        Refusal(
            form: "replicas -1",
            told: "a list of replicas of partition 0 of topic 't' with -1"
        ),
        Refusal(form: "isrs -1", told: "a list of replicas in sync of partition 0 of topic 't'"),
    ])
    func whatNoBrokerSaysIsRefused(_ test: Refusal) throws {
        let address = try Hostile.address(test.form)
        for words in [["consume", "t", "-e"], ["produce", "t"]] {
            let outcome = try Kctl.run(
                words + ["-b", address, "--timeout", "3s"],
                input: .text("x\n")
            )
            #expect(outcome.ending == .exited(1), "\(outcome.errors)")
            let told = "metadata that no Kafka broker sends: \(test.told)"
            #expect(outcome.errors.contains(told), "\(outcome.errors)")
            #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        }
    }

    /// The library crashes on these in threads of its own: what is left is to say so.
    @Test(arguments: ["partitions -1", "no name"])
    func aCrashSaysSo(_ form: String) throws {
        let words = ["topics", "list", "-b", try Hostile.address(form), "--timeout", "3s"]
        let outcome = try Kctl.run(words)
        guard case .signalled(SIGSEGV) = outcome.ending else {
            // A library that has been mended refuses the answer.
            #expect(isHonest(outcome), "\(outcome.errors)")
            return
        }
        let told = "kctl: crashed (SIGSEGV) in a thread of librdkafka: a broker may have sent"
        #expect(outcome.errors.hasPrefix(told), "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        let asJSON = try Kctl.run(words + ["--errors", "json"])
        #expect(asJSON.ending == .signalled(SIGSEGV))
        let error = try #require(try asJSON.errorJSON().last)
        #expect(error["code"]?.string == "crash")
        #expect(error["message"]?.string == "crashed (SIGSEGV) in a thread of librdkafka")
    }

    @Test(arguments: [(SIGSEGV, "SIGSEGV"), (SIGABRT, "SIGABRT"), (SIGBUS, "SIGBUS")])
    func aFaultThatIsSentKeepsItsStatus(number: Int32, name: String) throws {
        let sandbox = try Kctl.start(["sandbox"])
        sandbox.wait(forOutput: "\n")
        sandbox.signal(number)
        let outcome = sandbox.finish()
        #expect(outcome.ending == .signalled(number))
        #expect(outcome.errors.hasPrefix("kctl: crashed (\(name))"), "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
    }
}
