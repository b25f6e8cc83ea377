// How errors read, for people and for programs.

import Output
import Testing

struct ErrorReportTests {
    private func json(_ report: ErrorReport) throws -> String {
        let sink = MemorySink()
        let stream = OutputStream(sink)
        try stream.report(report, as: .json)
        try stream.flush()
        return sink.text
    }

    @Test(
        arguments: [
            (ErrorReport(code: "failed", message: "disk full"), "kctl: disk full\n"),
            (ErrorReport(code: "failed", message: "x", hint: "try y"), "kctl: x (try y)\n"),
            (
                ErrorReport(code: "failed", kafkaCode: "_TRANSPORT", message: "x"),
                "kctl: x (_TRANSPORT)\n"
            ),
            (
                ErrorReport(code: "failed", kafkaCode: "_SSL", message: "x", hint: "try y"),
                "kctl: x (_SSL; try y)\n"
            ),
            (
                ErrorReport(
                    code: "not-found",
                    kafkaCode: "UNKNOWN_TOPIC_OR_PART",
                    message: "x",
                    hint: "try y",
                    showsKafkaCode: false
                ),
                "kctl: x (try y)\n"
            ),
            (
                ErrorReport(code: "usage", message: "bad", usage: "usage: kctl x"),
                "kctl: bad\nusage: kctl x\n"
            ),
            (
                ErrorReport(code: "failed", message: "\u{1b}[2J\nkctl: fine", hint: "\r\u{202e}"),
                "kctl: \\x1b[2J\\nkctl: fine (\\r\\u{202e})\n"
            ),
        ]
    )
    func isOneLineForPeople(_ report: ErrorReport, _ expected: String) throws {
        #expect(report.text == expected)
        let sink = MemorySink()
        let stream = OutputStream(sink)
        try stream.report(report, as: .text)
        try stream.flush()
        #expect(sink.text == expected)
    }

    @Test func isOneObjectForPrograms() throws {
        let least = ErrorReport(code: "failed", message: "disk full")
        #expect(
            try json(least) == #"{"code":"failed","message":"disk full","retriable":false}"# + "\n"
        )
        let most = ErrorReport(
            code: "unreachable",
            kafkaCode: "_TRANSPORT",
            message: "a \"word\"\n\u{1b}",
            topic: "t",
            partition: 7,
            isRetriable: true,
            hint: "h",
            usage: "u",
            showsKafkaCode: false
        )
        #expect(
            try json(most)
                == #"{"code":"unreachable","kafkaCode":"_TRANSPORT","message":"a \"word\"\n\u001b","#
                + #""topic":"t","partition":7,"retriable":true,"hint":"h","usage":"u"}"# + "\n"
        )
    }
}
