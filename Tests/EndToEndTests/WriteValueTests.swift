// Records from the command line, and options of reading that would do nothing.

import JSON
import Testing

struct WriteValueTests {
    @Test func valuesAreRecords() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        // Bytes that would end a line, or a field, are part of the value.
        let sent = try Kctl.run(
            ["produce", "t", "-k", "key", "--value", "a\nb", "--value", "", "--value", "é:"],
            input: .text("not read\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        #expect(sent.tally == Tally(3))
        let read = try Kctl.run(["consume", "t", "-e", "--json"], on: sandbox.address).json()
        #expect(read.map { $0["value"]?.string } == ["a\nb", "", "é:"])
        #expect(read.allSatisfy { $0["key"]?.string == "key" })
    }

    @Test(arguments: [["--json"], ["--file", "x"], ["-K", ":"], ["--checkpoint", "x"]])
    func valuesAndAnotherInputAreRefused(_ words: [String]) throws {
        let refused = try Kctl.run(["produce", "t", "--value", "x"] + words)
        #expect(refused.ending == .exited(2))
        #expect(
            refused.errors.contains("--value and \(words[0]) do not go together")
                || refused.errors.contains("--value and --key-separator do not go together")
        )
    }

    @Test(arguments: ["key", "value"])
    func aFormThatWouldDoNothingIsRefused(_ field: String) throws {
        let refused = try Kctl.run(["consume", "t", "--\(field)-format", "json"])
        #expect(refused.ending == .exited(2))
        #expect(refused.errors.contains("--\(field)-format json needs --json"))
    }

    @Test func aClientIsCalledKctl() throws {
        let explained = try Kctl.run(["config", "explain", "--json"])
        #expect(explained.text.contains(#""client.id""#), "\(explained.text)")
        #expect(explained.text.contains(#""kctl""#), "\(explained.text)")
    }

    /// What a client of another protocol does is said by that client, and by nothing else.
    @Test func theSandboxPrintsNoLogLines() throws {
        let outcome = try Kctl.run(
            ["sandbox", "--topic", "t:1", "--", "kctl", "topics", "list", "-X"]
                + ["security.protocol=ssl", "--timeout", "3s"]
        )
        #expect(outcome.ending == .exited(4), "\(outcome.errors)")
        #expect(!outcome.errors.contains("MOCK"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("%"), "\(outcome.errors)")
    }
}
