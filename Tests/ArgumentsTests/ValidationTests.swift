// Each slip that a declaration can have is found, and the sample has none.

import Testing

@testable import Arguments

struct ValidationTests {
    private struct Options: CommandOptions {
        var isOn = false
        var text: String?
        var words: [String] = []
    }

    @Test func theSampleIsFaultless() {
        #expect(sample.validationFaults() == [])
    }

    @Test(arguments: [
        ("kctl a | head -1", [["kctl", "a"], ["head", "-1"]]),
        (
            "seq 3 | kctl a 'b c' \"d'e\" f\\ g",
            [["seq", "3"], ["kctl", "a", "b c", "d'e", "f g"]]
        ),
        ("X=1 kctl a --b=c 2>/dev/null >out", [["kctl", "a", "--b=c"]]),
        ("kctl a && kctl b; kctl c < in", [["kctl", "a"], ["kctl", "b"], ["kctl", "c"]]),
        ("cmp - <(kctl a)", [["cmp", "-"], ["kctl", "a"]]),
        ("", []), ("'", [[""]]), ("a\\", [["a\\"]]),
    ])
    func examplesAreTakenApart(line: String, commands: [[String]]) {
        #expect(ExampleLine(line).commands == commands)
    }

    private func faults(
        _ path: String = "go",
        _ summary: String = "Go.",
        aliases: [String] = [],
        operands: [Operand<Options>] = [],
        flags: [Flag<Options>] = [],
        examples: [Example] = [],
        program: String = "kctl"
    ) -> [String] {
        let spec = CommandSpec<Options>(
            path,
            summary,
            aliases: aliases,
            operands: operands,
            flags: flags,
            examples: examples,
            program: program
        )
        let nodes: [CommandTree<Int>] = [.command(spec.description, 1)]
        return Program(name: "kctl", summary: "Test.", nodes: nodes).validationFaults()
    }

    @Test func namesAreUnique() {
        #expect(faults(aliases: ["go"]) == ["go: called twice"])
        #expect(faults("help").contains("help: called twice"))
        #expect(
            faults(flags: [
                .toggle("one", "a", "One.", \.isOn), .toggle("two", "a", "Two.", \.isOn),
            ]) == ["kctl go: -a: declared twice"]
        )
        #expect(
            faults(flags: [
                .toggle("one", "One.", \.isOn), .toggle("two", "Two.", \.isOn).alias("one"),
            ]) == ["kctl go: --one: declared twice"]
        )
        #expect(
            faults(flags: [.toggle("help", "Help.", \.isOn)]) == ["kctl go: --help: declared twice"]
        )
        #expect(
            faults(flags: [
                .toggle("one", "One.", \.isOn), .toggle("no-one", "None.", \.isOn),
            ]) == ["kctl go: --no-one: also turns --one off"]
        )
    }

    @Test func helpIsOneSentence() {
        for summary in ["Go", "Go. Then stop.", "go.", "", "Wait..."] {
            let expected = "kctl go: summary: not one sentence with a full stop: \(summary)"
            #expect(faults("go", summary) == [expected])
        }
        #expect(faults("go", "Go, e.g. home, or to v1.2 of it.") == [])
    }

    @Test func namesAreWellFormed() {
        #expect(
            faults(flags: [.toggle("One_Two", "One.", \.isOn)])
                == ["kctl go: --One_Two: not lower case words joined by dashes"]
        )
        #expect(
            faults(flags: [.optional("one", "One.", \.text, placeholder: "file")])
                == ["kctl go: --one: its placeholder 'file' is not in capitals"]
        )
        #expect(
            faults(operands: [.optional("name", "One.", \.text)])
                == ["kctl go: name: an argument's name is in capitals"]
        )
        #expect(faults(program: "other").contains("other go: belongs to other"))
    }

    @Test func argumentsCanBeTold() {
        #expect(
            faults(operands: [.optional("A", "One.", \.text), .required("B", "Two.", \.text)])
                == ["kctl go: A: optional before a required argument"]
        )
        #expect(
            faults(operands: [.repeated("A", "One.", \.words), .repeated("B", "Two.", \.words)])
                == ["kctl go: two arguments are repeated"]
        )
        #expect(
            faults(operands: [.required("A", "One.", \.text, orFlag: "a")])
                == ["kctl go: A: there is no --a to stand in for it"]
        )
    }

    @Test func examplesAreForTheirCommand() {
        #expect(
            faults(examples: [Example("kctl go --home", "Home.")])
                == ["kctl go: example 'kctl go --home': unknown option '--home' for 'kctl go'"]
        )
        #expect(
            faults(examples: [Example("ls", "Other.")])
                == ["kctl go: example 'ls': does not call the command"]
        )
        #expect(faults(examples: [Example("kctl go | head", "Home.")]) == [])
    }

    @Test func pagesFitTheScreen() {
        let long = "kctl go" + String(repeating: " ", count: 80) + "| head"
        #expect(faults(examples: [Example(long, "Home.")]).contains { $0.contains("too wide") })
        #expect(faults("go", "Gö.").contains { $0.contains("not plain ASCII") })
    }
}
