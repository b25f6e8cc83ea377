// Which records are printed: keys, headers and topics by patterns; and what a format cannot show.

import JSON
import Testing

struct ConsumePickingTests {
    private let records = [
        #"{"topic":"orders","key":"eu-1","headers":[{"key":"kind","value":"new"}],"value":"a"}"#,
        #"{"topic":"orders","key":"us-2","headers":[{"key":"kind","value":"renewed"}],"value":"b"}"#,
        #"{"topic":"orders","headers":[{"key":"kind"}],"value":"c"}"#,
        #"{"topic":"payments","key":"eu-3","headers":[{"key":"mood","value":"new"}],"value":"d"}"#,
    ]

    @Test func keysHeadersAndTopicsTakePatterns() throws {
        let sandbox = try SandboxServer(["--topic", "orders:1", "--topic", "payments:1"])
        let text = records.joined(separator: "\n") + "\n"
        let sent = try Kctl.run(["produce", "--json"], input: .text(text), on: sandbox.address)
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let cases: [([String], String)] = [
            (["--key-regex", "^eu-"], "ad"), (["--key-regex", "[12]"], "ab"),
            (["--not-key-regex", "^eu-"], "bc"), (["--key-regex", ""], "abd"),
            (["--header", "kind~new"], "ab"), (["--header", "kind~^new$"], "a"),
            (["--header", "kind=new"], "a"), (["--header", "kind"], "abc"),
            (["--not-header", "kind~^re"], "acd"), (["--header", "kind~a=b|ren"], "b"),
            (["--topic-regex", "^pay"], "d"), (["--topic-regex", "r"], "abc"),
            (["--not-topic-regex", "^pay"], "abc"),
            (["--topic-regex", "orders", "--key-regex", "us"], "b"),
        ]
        for (words, expected) in cases {
            let read = try Kctl.run(
                ["consume", "orders", "payments", "-e", "-f", "%v\n"] + words,
                on: sandbox.address
            )
            #expect(read.ending == .exited(0), "\(words): \(read.errors)")
            #expect(read.lines.sorted().joined() == expected, "\(words)")
        }
        for words in [
            ["--key-regex", "("], ["--not-key-regex", "["], ["--header", "a~("],
            ["--topic-regex", "*("], ["--header", "~x"],
        ] {
            let refused = try Kctl.run(["consume", "orders", "-e"] + words, on: sandbox.address)
            #expect(refused.ending == .exited(2), "\(words): \(refused.errors)")
            #expect(refused.errors.contains("for \(words[0])"), "\(words): \(refused.errors)")
        }
    }

    @Test func numbersThatAreUnpackedDoNotRunIntoOneAnother() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let bytes: [UInt8] = [1, 2, 0, 3, 0, 0, 0, 4, 255, 255, 255, 255, 49, 50]
        let sent = try Kctl.run(
            ["produce", "t", "--json"],
            input: .text("{\"valueBase64\":\"\(Base64.encode(bytes))\"}\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        for format in [">bBhiis", "> b B h i i s", "b B h i i s"] {
            let read = try Kctl.run(
                ["consume", "t", "-e", "-f", "%v{unpack[\(format)]}\n"],
                on: sandbox.address
            )
            let shown = read.text.drop { $0 == " " }
            #expect(shown == "1 2 3 4 -1 12\n", "\(format): \(read.text) \(read.errors)")
        }
    }

    @Test func aFormOfTimesNamesTheLayouts() throws {
        let refused = try Kctl.run(["consume", "t", "-e", "-f", "%d{iso}"])
        #expect(refused.ending == .exited(2))
        #expect(
            refused.errors.contains("known are strftime[…], go[…], ascii, "),
            "\(refused.errors)"
        )
        let known = try Kctl.run(["consume", "t", "-e", "-f", "%o{iso}"])
        #expect(!known.errors.contains("strftime"), "\(known.errors)")
    }

    /// What the library does not tell is refused, and never printed as a number.
    @Test func theLeadersEpochIsPrintedWhereItIsKnown() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let sent = try Kctl.run(["produce", "t"], input: .text("a\n"), on: sandbox.address)
        #expect(sent.ending == .exited(0))
        let read = try Kctl.run(["consume", "t", "-e", "-f", "%e %v\n"], on: sandbox.address)
        if try Kctl.hasOldLibrary() {
            #expect(read.ending == .exited(2), "\(read.errors)")
            #expect(read.output.isEmpty)
            #expect(
                read.errors.contains("needs librdkafka 2.1 or newer, this is 2.0."),
                "\(read.errors)"
            )
        } else {
            #expect(read.ending == .exited(0), "\(read.errors)")
        }
    }

    /// What somebody types who knows kcat: it works, or the error names what does.
    @Test func kcatsWordsWorkOrAreAnswered() throws {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let sent = try Kctl.run(
            ["produce", "t", "-K", ":"],
            input: .text("k1:a\nk2:b\nk3:c\n"),
            on: sandbox.address
        )
        #expect(sent.ending == .exited(0))
        let taken: [([String], String)] = [
            (["-o", "beg", "-e"], "a\nb\nc\n"), (["-obeg", "-e"], "a\nb\nc\n"),
            (["-obeginning", "-e"], "a\nb\nc\n"), (["-o", "-1", "-e"], "c\n"),
            (["-o-2", "-e"], "b\nc\n"), (["-o1", "-e"], "b\nc\n"), (["-oend", "-e"], ""),
            (["-p0", "-ob" + "eg", "-en1"], "a\n"), (["-n2", "-obeg"], "a\nb\n"),
            (["-e", "-K:"], "k1:a\nk2:b\nk3:c\n"), (["-e", "-D,"], "a,b,c,"),
            (["-e", "--kcat-format", "-f%k=%s;"], "k1=a;k2=b;k3=c;"), (["-tt", "-e"], "a\nb\nc\n"),
        ]
        for (words, expected) in taken {
            let topic = words.contains("-tt") ? [] : ["t"]
            let read = try Kctl.run(["consume"] + topic + words, on: sandbox.address)
            #expect(read.ending == .exited(0), "\(words): \(read.errors)")
            #expect(read.text == expected, "\(words)")
        }
        let answered: [([String], hint: String)] = [
            (["-c", "5"], "kcat's -c 5 is -n 5 here"), (["-c5"], "kcat's -c 5 is -n 5 here"),
            (["-C"], "leave out kcat's -C"), (["-J"], "kcat's -J is --json here"),
            (["-G", "g1"], "kcat's -G g1 is -g g1 here"), (["-q"], "--summary none"),
            (["-u"], "leave out kcat's -u"), (["-L"], "'kctl topics list'"),
            (["-s", "value=i"], "unpack[value=i]"), (["-Z"], "--json"),
            (["-f", "%s\\n"], "--kcat-format"),
        ]
        for (words, hint) in answered {
            let refused = try Kctl.run(["consume", "t", "-e"] + words, on: sandbox.address)
            #expect(refused.ending == .exited(2), "\(words): \(refused.errors)")
            #expect(refused.errors.contains(hint), "\(words): \(refused.errors)")
        }
    }
}

/// Ranges of time on a real broker, which finds offsets by time.
@Suite(.needsKafka)
struct ConsumeKcatTimeTests {
    @Test func kcatsTimesAreTakenOneByOneAndAsAPair() throws {
        let topic = try Kafka.topic("kcat-times")
        let start = 1_700_000_000_000
        let lines = (0..<5).map { #"{"timestamp":\#(start + $0 * 1000),"value":"\#($0)"}"# + "\n" }
        let sent = try Kafka.run(["produce", topic, "--json"], input: .text(lines.joined()))
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let cases: [([String], String)] = [
            (["-o", "s@\(start + 3000)", "-e"], "3\n4\n"), (["-o", "e@\(start + 2000)"], "0\n1\n"),
            (["-o", "s@\(start + 1000)", "-o", "e@\(start + 3000)"], "1\n2\n"),
            (["-oe@\(start + 3000)", "-os@\(start + 1000)"], "1\n2\n"),
        ]
        for (words, expected) in cases {
            let read = try Kafka.run(["consume", topic] + words)
            #expect(read.ending == .exited(0), "\(words): \(read.errors)")
            #expect(read.text == expected, "\(words)")
        }
    }
}
