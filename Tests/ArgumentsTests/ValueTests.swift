// Durations, sizes, numbers and the nearest name.

import Testing

@testable import Arguments

struct ValueTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("10s", .seconds(10)), ("5m", .seconds(300)),
        ("2h", .seconds(7_200)), ("7d", .seconds(604_800)), ("0s", .zero),
        ("36500d", .seconds(36_500 * 86_400)),
    ])
    func duration(text: String, duration: Duration) throws {
        #expect(try Duration(argument: text) == duration)
        #expect(duration.argumentText == text)
    }

    @Test(arguments: [
        "", "10", "s", "1.5s", "1h30m", "-5s", "+5s", " 5s", "5 s", "5S", "5min", "5\u{301}s", "５s",
    ])
    func notADuration(text: String) {
        let error = #expect(throws: InvalidValue.self) { try Duration(argument: text) }
        #expect(error?.reason == "not a duration such as 500ms, 10s, 5m, 2h or 7d")
    }

    @Test(arguments: ["36501d", "99999999999999999999ms", "3153600001s"])
    func tooLong(text: String) {
        let error = #expect(throws: InvalidValue.self) { try Duration(argument: text) }
        #expect(error?.reason == "longer than 36500d")
    }

    @Test(arguments: [
        (Duration.milliseconds(1_500), "1500ms"), (.seconds(90), "90s"), (.seconds(3_600), "1h"),
        (.seconds(Int64.max), "9223372036854775807s"), (.nanoseconds(5), "0s"),
    ])
    func durationText(duration: Duration, text: String) {
        #expect(duration.argumentText == text)
    }

    @Test(arguments: [
        ("4095", 4_095), ("64KiB", 65_536), ("1MB", 1_000_000), ("1kB", 1_000), ("2GiB", 2 << 30),
        ("0", 0), ("3TB", 3_000_000_000_000),
    ])
    func size(text: String, bytes: Int) throws {
        #expect(try ByteCount(argument: text).bytes == bytes)
        #expect(ByteCount(bytes: bytes).argumentText == text)
    }

    @Test(arguments: [("64kib", 65_536), ("1KB", 1_000), ("12B", 12), ("1mb", 1_000_000)])
    func sizeInOtherLetters(text: String, bytes: Int) throws {
        #expect(try ByteCount(argument: text).bytes == bytes)
    }

    @Test(arguments: ["", "K", "1K", "1M", "1.5MB", "-1", "1 MB", "MB", "0x10", "1MiBB"])
    func notASize(text: String) {
        let error = #expect(throws: InvalidValue.self) { try ByteCount(argument: text) }
        #expect(error?.reason == "not a size such as 4096, 64KiB or 1MB")
    }

    @Test(arguments: ["9223372036854775808", "9223372036854775807KiB", "8388608TiB"])
    func tooLarge(text: String) {
        let error = #expect(throws: InvalidValue.self) { try ByteCount(argument: text) }
        #expect(error?.reason == "larger than 9223372036854775807 bytes")
    }

    @Test(arguments: [
        ("partitons", "partitions"), ("partitions", "partitions"), ("tpoic", "topic"),
        ("TOPIC", "topic"), ("repl", "replication-factor"), ("part", nil),
        ("partition", "partition"),
        ("x", nil), ("", nil), ("bootstrap", "bootstrap-server"), ("zzzzzz", nil),
        ("topi", "topic"),
    ])
    func suggestion(word: String, name: String?) {
        let names = [
            "partition", "partitions", "topic", "replication-factor", "bootstrap-server", "y",
        ]
        #expect(Suggestion.nearest(to: word, among: names) == name)
    }

    @Test func aVeryLongWordIsNearNothing() {
        let word = String(repeating: "x", count: 1_000_000)
        #expect(Suggestion.nearest(to: word, among: ["x", word]) == nil)
    }

    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("ab", "ba", 1), ("abc", "acb", 1),
        ("kitten", "sitting", 3), ("abcd", "badc", 2),
    ])
    func distance(left: String, right: String, distance: Int) {
        let found = Suggestion.distance(
            from: Array(left.unicodeScalars),
            to: Array(right.unicodeScalars)
        )
        #expect(found == distance)
    }
}
