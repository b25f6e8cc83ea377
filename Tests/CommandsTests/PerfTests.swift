// The pure parts of load tests: latencies counted by size, and values that compression cannot make
// vanish.

import Testing

@testable import Commands

struct PerfTests {
    private func histogram(_ values: some Sequence<Int>) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for value in values { histogram.add(microseconds: value) }
        return histogram
    }

    @Test func nothingWasMeasured() {
        let histogram = LatencyHistogram()
        #expect(histogram.count == 0 && histogram.mean == 0 && histogram.max == 0)
        #expect(histogram.quantile(perMille: 999) == 0)
    }

    @Test func smallOnesAreExact() {
        let histogram = histogram(1...200)
        #expect(histogram.count == 200)
        #expect(histogram.mean == 101)
        #expect(histogram.quantile(perMille: 500) == 100)
        #expect(histogram.quantile(perMille: 950) == 190)
        #expect(histogram.quantile(perMille: 999) == 200)
        #expect(histogram.quantile(perMille: 1000) == 200)
        #expect(histogram.quantile(perMille: 1) == 1)
    }

    @Test(
        arguments: [
            0, 1, 127, 128, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 1_234_567,
            3_600_000_000, Int.max / 2, Int.max,
        ]
    )
    func anyIsKeptToOnePercent(_ value: Int) {
        var histogram = histogram([value])
        #expect(histogram.quantile(perMille: 500) == value, "no more than the largest")
        histogram.add(microseconds: .max)
        let told = histogram.quantile(perMille: 500)
        #expect(told >= value)
        #expect(Double(told - value) <= Double(value) / 128)
    }

    @Test func aFewSlowOnesShowWhereTheyBelong() {
        let histogram = histogram((0..<10_000).map { $0 < 9_950 ? 10 : 1_000_000 })
        #expect(histogram.quantile(perMille: 990) == 10)
        #expect(histogram.quantile(perMille: 995) == 10)
        #expect(histogram.quantile(perMille: 996) == 1_000_000)
        #expect(histogram.max == 1_000_000)
        #expect(histogram.mean == 5010)
    }

    @Test func aTimeBelowZeroIsNone() {
        let histogram = histogram([-5])
        #expect(histogram.count == 1 && histogram.max == 0)
        #expect(histogram.quantile(perMille: 1000) == 0)
    }

    private func values(_ payload: PerfPayload, _ count: Int) -> [[UInt8]] {
        var payload = payload
        return (0..<count).map { _ in Array(payload.bytes[payload.next()]) }
    }

    @Test func lettersAreTheSameForTheSameSeed() {
        let first = values(PerfPayload(size: 100, seed: 1), 20_000)
        #expect(first == values(PerfPayload(size: 100, seed: 1), 20_000))
        #expect(first[0] != values(PerfPayload(size: 100, seed: 2), 1)[0])
        #expect(first.allSatisfy { $0.count == 100 })
        let letters = Set(first.joined())
        #expect(letters == Set(UInt8(ascii: "A")...UInt8(ascii: "Z")))
        // More than a batch holds, and no record twice.
        #expect(Set(first.prefix(10_000)).count == 10_000)
    }

    @Test(arguments: [0, 1, 1_048_576, 3_000_000])
    func anySizeIsMade(_ size: Int) {
        let payload = PerfPayload(size: size, seed: 1)
        #expect(payload.largest == size)
        #expect(values(payload, 3).allSatisfy { $0.count == size })
    }

    @Test func linesComeInTurn() throws {
        let payload = try #require(PerfPayload(lines: Array("a\n\nccc".utf8)))
        #expect(payload.largest == 3)
        let texts = values(payload, 5).map { String(decoding: $0, as: UTF8.self) }
        #expect(texts == ["a", "", "ccc", "a", ""])
        #expect(PerfPayload(lines: Array("a\n".utf8)).map { values($0, 2).count } == 2)
        #expect(PerfPayload(lines: []) == nil)
    }

    @Test(arguments: [(0, "0.000"), (7, "0.007"), (1234, "1.234"), (60_050, "60.050")])
    func decimals(_ thousandths: Int, _ text: String) {
        #expect(DurationText.decimal(thousandths) == text)
    }
}
