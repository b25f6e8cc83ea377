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
}
