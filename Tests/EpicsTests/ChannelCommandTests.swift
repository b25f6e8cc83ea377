// Commands as records: byte for byte as epics2kafka writes and reads them.

@testable import CommandKit
@testable import Epics
import KafkaCore
import Output
import Testing

private func text(_ bytes: [UInt8]?) -> String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
}

struct ChannelCommandTests {
    @Test func theKeysBytesAreThoseOfTheScripts() {
        let command = ChannelCommand(channel: "channel1", topic: "topic1", mask: [.value, .alarm])
        #expect(text(command.record.key) == #"{"topic":"topic1","channel":"channel1"}"#)
        #expect(text(command.record.value) == #"{"mask":"va"}"#)
        #expect(command.record.headers == [])
        #expect(text(command.identity.tombstone.key) == #"{"topic":"topic1","channel":"channel1"}"#)
        #expect(command.identity.tombstone.value == nil)
    }

    @Test func theOlderFormHasTheTopicInTheValue() {
        let command = ChannelCommand(channel: "c", topic: "t", mask: .alarm, isOlder: true)
        #expect(text(command.record.key) == "c")
        #expect(text(command.record.value) == #"{"topic":"t","mask":"a"}"#)
    }

    @Test func namesAreEscaped() throws {
        let name = #"a"b\c=d"#
        let command = ChannelCommand(channel: name, topic: "t", mask: .value, outkey: "k\"")
        let key = try #require(command.record.key)
        #expect(try ChannelIdentity(key: key.span.bytes) == command.identity)
        #expect(text(command.record.value) == #"{"mask":"v","outkey":"k\""}"#)
    }

    @Test(arguments: [
        ("l", "v"), ("p", "v"), ("vl", "v"), ("ap", "a"), ("valp", "va"),
    ])
    func whatEpics2kafkaDoesNotHaveIsInAHeader(letters: String, stored: String) throws {
        let mask = try #require(MonitorMask(letters: letters))
        let record = ChannelCommand(channel: "c", topic: "t", mask: mask).record
        #expect(text(record.value) == #"{"mask":"\#(stored)"}"#)
        #expect(record.headers.map { text($0.value) } == [letters])
        var list = ChannelList()
        let (key, value) = (try #require(record.key), try #require(record.value))
        try list.enter(key: key.span.bytes, value: value.span.bytes, extendedMask: letters)
        #expect(list.sorted.map(\.mask) == [mask])
    }

    @Test(arguments: ["", "x", "vv", "va ", "VALUE"]) func otherLettersAreNoMask(letters: String) {
        #expect(MonitorMask(letters: letters) == nil)
    }
}

struct ChannelListTests {
    private func list(_ records: [(String, String?)]) throws -> [ChannelCommand] {
        var list = ChannelList()
        for (key, value) in records {
            if let value {
                try list.enter(
                    key: key.utf8Span.span.bytes,
                    value: value.utf8Span.span.bytes,
                    extendedMask: nil
                )
            } else {
                try list.enter(key: key.utf8Span.span.bytes, value: nil, extendedMask: nil)
            }
        }
        return list.sorted
    }

    private func fault(_ key: String, _ value: String) -> String? {
        do { _ = try list([(key, value)]) } catch let error as CommandRecordError {
            return error.reason
        } catch {
            return "another error"
        }
        return nil
    }

    @Test func theLastRecordCountsAndATombstoneRemoves() throws {
        let key = #"{"topic":"t","channel":"c"}"#
        #expect(
            try list([(key, #"{"mask":"v"}"#), (key, #"{"mask":"a", "outkey":null}"#)])
                == [ChannelCommand(channel: "c", topic: "t", mask: .alarm)]
        )
        // Another order of the members is the same key for a reader.
        #expect(try list([(key, #"{"mask":"v"}"#), (#"{"channel":"c", "topic":"t"}"#, nil)]) == [])
        #expect(try list([(key, nil)]) == [])
    }

    @Test(
        arguments: [
            ("v", MonitorMask.value), ("a", .alarm), ("va", [.value, .alarm]), ("VALUE", .value),
            ("VALUE ALARM", [.value, .alarm]),
        ] as [(String, MonitorMask)]
    )
    func everyVersionsMaskIsRead(text: String, mask: MonitorMask) throws {
        let commands = try list([("c", #"{"topic":"t","mask":"\#(text)"}"#)])
        #expect(commands.map(\.mask) == [mask])
        #expect(commands.map(\.topic) == ["t"])
    }

    @Test(arguments: [
        (#"{"topic":"t"}"#, "{}", "the key has no 'channel'"),
        (#"{"channel":"c"}"#, "{}", "the key has no 'topic'"),
        ("c", "{}", "the value has no 'topic'"),
        ("c", "[]", "the value is not an object"),
        ("c", #"{"topic":"t"}"#, "the value has no 'mask'"),
        ("c", #"{"topic":"t","mask":null}"#, "the value has no 'mask'"),
        ("c", #"{"topic":"t","mask":"x"}"#, "the mask 'x' selects no events"),
        ("c", #"{"topic":"t","mask":"v","outkey":1}"#, "'outkey' is not a string"),
        ("c", #"{"topic":"","mask":"v"}"#, "the topic is empty"),
    ])
    func aRecordThatIsNoCommandSaysWhy(key: String, value: String, reason: String) {
        #expect(fault(key, value) == reason)
    }

    @Test func aListIsMadeEqualToAnother() throws {
        var live = ChannelList()
        func command(_ name: String, _ mask: MonitorMask, isOlder: Bool = false) -> ChannelCommand {
            ChannelCommand(channel: name, topic: "t", mask: mask, isOlder: isOlder)
        }
        let (kept, changed, gone) = (
            command("kept", .value, isOlder: true), command("changed", .value),
            command("gone", .value)
        )
        for command in [kept, changed, gone] {
            let record = command.record
            let (key, value) = (try #require(record.key), try #require(record.value))
            try live.enter(key: key.span.bytes, value: value.span.bytes, extendedMask: nil)
        }
        let wanted = [command("kept", .value), command("changed", .alarm), command("new", .value)]
        #expect(
            live.changes(to: wanted) == [
                .replace(changed, with: wanted[1]), .add(wanted[2]), .remove(gone),
            ]
        )
    }
}

struct ChannelFileTests {
    private func entries(_ text: String) throws -> [ChannelEntry] {
        try ChannelFile.entries(Array(text.utf8), path: "f")
    }

    @Test func everyFormIsRead() throws {
        let read = try entries(
            """
            # a comment

            {"topic":"t","channel":"a"}={"mask":"va"}
            {"topic":"t","channel":"b"}=null
            c:with:colons|t|v
            d|t|a|key\r
            {"channel":"e","topic":"t","mask":"vl","outkey":null}
            """
        )
        #expect(
            read == [
                .set(ChannelCommand(channel: "a", topic: "t", mask: [.value, .alarm])),
                .unset(.pair(channel: "b", topic: "t")),
                .set(ChannelCommand(channel: "c:with:colons", topic: "t", mask: .value)),
                .set(ChannelCommand(channel: "d", topic: "t", mask: .alarm, outkey: "key")),
                .set(ChannelCommand(channel: "e", topic: "t", mask: [.value, .log])),
            ]
        )
    }

    @Test(arguments: [
        ("a|t", "f:1: neither JSON nor CHANNEL|TOPIC|MASK with an optional |OUTKEY"),
        ("\na|t|x", "f:2: the mask 'x' is not of the letters v, a, l and p"),
        (#"{"channel":"a"}"#, "f:1: no 'topic'"),
        ("{", "f:1: byte 1: expected a key in quotes, found the end of the text"),
    ])
    func aBadLineIsNamed(text: String, message: String) {
        do throws(CommandError) {
            _ = try ChannelFile.entries(Array(text.utf8), path: "f")
            Issue.record("it was read")
        } catch {
            #expect(error.report?.message == message)
        }
    }
}
