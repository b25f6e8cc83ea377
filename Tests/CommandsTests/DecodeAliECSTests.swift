// The words of `decode-aliecs`, and when recorded records are due again.

import Arguments
import Testing

@testable import CommandKit
@testable import Commands

@Suite struct DecodeAliECSTests {
    private func options(_ words: [String]) throws -> DecodeAliECS.Options {
        guard case .run(let options) = try DecodeAliECS.spec.parse(words) else {
            throw UsageError("asked for help")
        }
        return options
    }

    @Test(
        arguments: [
            (["--only-errors"], true, ErrorStyle.text), (["--errors", "json"], false, .json),
            (["--errors=json"], false, .json),
            (["--only-errors", "--errors", "json"], true, .json),
            ([], false, .text),
        ] as [([String], Bool, ErrorStyle)]
    )
    func errorsIsTheFormOfErrorsAsEverywhere(
        _ words: [String],
        _ selects: Bool,
        _ style: ErrorStyle
    ) throws {
        let options = try options(words)
        #expect(options.selection.errorsOnly == selects)
        #expect(options.read.cluster.global.errorStyle == style)
    }

    @Test func errorsWithoutAFormIsRefused() {
        #expect(throws: UsageError.self) { try options(["--errors"]) }
        #expect(throws: UsageError.self) { try options(["--errors", "aliecs.run"]) }
    }

    @Test func aTimeLimitIsNoneUnlessItIsGiven() throws {
        #expect(try options([]).runs.timeLimit == nil)
        #expect(try options(["--timeout", "2s"]).runs.timeLimit == .seconds(2))
    }

    @Test(
        arguments: [
            (["--hex", "0a", "--hex", "-", "--base64", "AAA="], [[0x0a], [0, 0]], ["-"]),
            (["--hex", "0A 0b\n"], [[0x0a, 0x0b]], []),
            (["--hex", ""], [[]], []),
            (["--file", "a", "--file", "b"], [], ["a", "b"]),
            (["--input", "raw"], [], ["-"]),
            (["--file", "a", "--input", "hex"], [], ["a"]),
        ] as [([String], [[UInt8]], [String])]
    )
    func inputsAreReadInTheirOrder(
        _ words: [String],
        _ messages: [[UInt8]],
        _ paths: [String]
    ) throws {
        let input = try options(words + ["--type", "Event"]).input
        #expect(input.messages == messages)
        #expect(input.sources.map(\.path) == paths)
    }

    @Test(arguments: [
        ("1x", ReplaySpeed.times(1)), ("10x", .times(10)), ("0.5x", .times(0.5)), ("max", .most),
    ])
    func speeds(_ word: String, _ speed: ReplaySpeed) throws {
        #expect(try ReplaySpeed(argument: word) == speed)
        #expect(speed.argumentText == word)
    }

    @Test(arguments: ["10", "x", "0x", "-1x", "infx", "nanx", "fast", "1e300x"])
    func otherSpeedsAreRefused(_ word: String) {
        #expect(throws: InvalidValue.self) { try ReplaySpeed(argument: word) }
    }
}
