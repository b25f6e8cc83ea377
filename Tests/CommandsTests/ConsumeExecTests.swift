import Arguments
import CommandKit
import JSON
import KafkaCore
import Testing

@testable import Commands

/// The options of `--exec`, and what its commands find in their environment.
struct ConsumeExecTests {
    private func options(_ words: String...) throws -> Consume.Options {
        guard case .run(let options) = try Consume.spec.parse(words) else {
            throw UsageError("asked for help")
        }
        return options
    }

    @Test(arguments: [
        ["--on-failure", "dead-letter", "d"], ["--on-failure=dead-letter", "d"],
        ["--on-failure", "dead-letter d"], ["--on-failure=dead-letter d"],
    ])
    func aTopicFollowsDeadLetter(words: [String]) throws {
        for line in [["a"] + words + ["--exec", "x"], ["--exec", "x"] + words + ["a"]] {
            guard case .run(let options) = try Consume.spec.parse(line) else { return }
            #expect(options.exec.onFailure == .deadLetter("d"))
            #expect(options.read.topics.names == ["a"])
        }
    }

    @Test func noOtherChoiceTakesAWord() throws {
        let options = try options("--exec", "x", "--on-failure", "skip", "a")
        #expect(options.exec.onFailure == .skip)
        #expect(options.read.topics.names == ["a"])
    }

    @Test func whatACommandHasDoneIsCommittedUnlessSaidOtherwise() throws {
        func mode(_ words: String...) throws -> CommitMode {
            guard case .run(let options) = try Consume.spec.parse(["a", "-g", "g"] + words) else {
                throw UsageError("asked for help")
            }
            return options.exec.commits(options.read.group)
        }
        #expect(try mode() == .afterPrint)
        #expect(try mode("--commit", "auto") == .auto)
        #expect(try mode("--exec", "x") == .afterExec)
        #expect(try mode("--exec", "x", "--commit", "after-exec") == .afterExec)
        #expect(try mode("--exec", "x", "--commit", "none") == CommitMode.none)
        #expect(try mode("--exec", "x", "--dry-run") == CommitMode.none)
    }

    private func variables(
        key: [UInt8]?,
        timestamp: Int64? = 5,
        group: String? = "g",
        _ base: [String: String] = [:]
    ) -> [String: String] {
        let record = ExecRecord(
            partition: TopicPartition("t", 3),
            offset: 42,
            timestamp: timestamp,
            key: key,
            value: nil,
            headers: [],
            printed: []
        )
        return ExecEnvironment.variables(base, for: [record], group: group, attempt: 2, of: 4)
    }

    @Test func theFactsAreInTheEnvironment() {
        let all = variables(key: Array("k 1".utf8), ["PATH": "/bin", "KCTL_CONTEXT": "c"])
        #expect(
            all == [
                "PATH": "/bin", "KCTL_CONTEXT": "c", "KCTL_TOPIC": "t", "KCTL_PARTITION": "3",
                "KCTL_OFFSET": "42", "KCTL_TIMESTAMP": "5", "KCTL_KEY": "k 1",
                "KCTL_KEY_SIZE": "3", "KCTL_IDEMPOTENCY_KEY": "t:3:42", "KCTL_GROUP": "g",
                "KCTL_ATTEMPT": "2", "KCTL_MAX_ATTEMPTS": "4", "KCTL_RECORDS": "1",
            ]
        )
    }

    @Test func whatARecordLacksIsNotThereEither() {
        let outer = ["KCTL_KEY": "of another", "KCTL_TIMESTAMP": "7", "KCTL_GROUP": "outer"]
        let all = variables(key: nil, timestamp: nil, group: nil, outer)
        for name in ["KCTL_KEY", "KCTL_KEY_B64", "KCTL_KEY_SIZE", "KCTL_TIMESTAMP", "KCTL_GROUP"] {
            #expect(all[name] == nil)
        }
    }

    @Test(
        arguments: [
            ([], "", nil), ([0], nil, "AA=="), ([0x61, 0, 0x62], nil, "YQBi"),
            ([0xff], nil, "/w=="),
            ([0xc3, 0xa9], "é", nil), ([0x0a], "\n", nil),
        ] as [([UInt8], String?, String?)]
    )
    func aKeyThatAnEnvironmentCannotHoldIsEncoded(key: [UInt8], text: String?, encoded: String?) {
        let all = variables(key: key)
        #expect(all["KCTL_KEY"] == text)
        #expect(all["KCTL_KEY_B64"] == encoded)
        #expect(all["KCTL_KEY_SIZE"] == "\(key.count)")
    }

    @Test func aKeyTooLargeForItIsLeftOut() {
        let all = variables(key: [UInt8](repeating: 0x61, count: 65_537))
        #expect(all["KCTL_KEY"] == nil && all["KCTL_KEY_B64"] == nil)
        #expect(all["KCTL_KEY_SIZE"] == "65537")
        #expect(variables(key: [UInt8](repeating: 0, count: 65_536))["KCTL_KEY_B64"] != nil)
    }
}
