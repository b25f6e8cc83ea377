// Properties that a command cannot do without hold against what the user sets.

import Testing

struct RequiredPropertyTests {
    /// With reports of failures alone, a run would wait for good news for ever.
    @Test func everyRecordIsReportedWhateverTheUserSets() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let sent = try Kctl.run(
            ["produce", "t", "-X", "delivery.report.only.error=true"],
            input: .text("a\nb\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0))
        let read = try Kctl.run(
            ["consume", "t", "-e", "-X", "enable.partition.eof=false"],
            on: sandbox.address
        )
        #expect(read.text == "a\nb\n")
        #expect(read.ending == .exited(0))
    }

    /// A dead letter counts as sent by its report: without it, the work would wait for ever.
    @Test func everyDeadLetterIsReportedWhateverTheUserSets() throws {
        let sandbox = try SandboxServer(["--topic", "t:1", "--topic", "letters:1"])
        _ = try Kctl.run(["produce", "t"], input: .text("a\n"), on: sandbox.address)
        let worked = try Kctl.run(
            [
                "consume", "t", "-e", "--exec", "false", "--on-failure", "dead-letter", "letters",
                "-X", "delivery.report.only.error=true",
            ],
            on: sandbox.address
        )
        #expect(worked.text.isEmpty)
        let letters = try Kctl.run(["consume", "letters", "-e"], on: sandbox.address)
        #expect(letters.text == "a\n")
    }
}
