// Options of another program, answered by what they are here.

import Testing

@testable import Arguments

struct ForeignOptionTests {
    private struct Options: CommandOptions {
        var count = 0
    }

    private let spec = CommandSpec<Options>(
        "read",
        "Read.",
        flags: [.value("number", "n", "How many.", \.count, default: 1)],
        foreign: [
            ForeignOption("c", of: "other", value: "-n *"),
            ForeignOption("J", of: "other", "--json"),
            ForeignOption("u", of: "other", nil),
        ]
    )

    @Test(
        arguments: [
            (["-c", "5"], "other's -c 5 is -n 5 here"), (["-c5"], "other's -c 5 is -n 5 here"),
            (["-c"], "other's -c VALUE is -n VALUE here"), (["-J"], "other's -J is --json here"),
            (["-u"], "leave out other's -u, which is not needed"),
            (["-n3", "-Jx"], "other's -J is --json here"), (["-y"], nil),
        ] as [([String], String?)]
    )
    func itIsAnsweredByWhatItIsHere(_ words: [String], _ hint: String?) {
        let error = #expect(throws: UsageError.self) { try spec.parse(words) }
        #expect(error?.hint == hint)
    }
}
