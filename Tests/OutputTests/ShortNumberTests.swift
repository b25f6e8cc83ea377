// Three digits and a unit, at the edges too.

import Output
import Testing

struct ShortNumberTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1.00 k"), (1_004, "1.00 k"), (1_005, "1.01 k"),
        (9_994, "9.99 k"), (9_995, "10.0 k"), (12_345, "12.3 k"), (99_949, "99.9 k"),
        (99_950, "100 k"), (123_456, "123 k"), (999_499, "999 k"), (999_500, "1.00 M"),
        (1_234_567, "1.23 M"), (999_999_999, "1.00 G"), (2_500_000_000, "2.50 G"),
        (4_000_000_000_000, "4.00 T"), (999_999_999_999_999_999, "1.00 E"),
        (Int.max, "9.22 E"), (Int.min, "-9.22 E"), (-1, "-1"), (-1_234, "-1.23 k"),
    ])
    func counts(number: Int, text: String) {
        #expect(ShortNumber.count(number) == text)
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1_000, "1.00 kB"), (12_345_678, "12.3 MB"),
        (5_000_000_000, "5.00 GB"), (-2_048, "-2.05 kB"),
    ])
    func bytes(number: Int, text: String) {
        #expect(ShortNumber.bytes(number) == text)
    }

    @Test(arguments: [
        (3_000_000, Duration.seconds(2), "1.50 M/s", "1.50 MB/s"),
        (10, .milliseconds(500), "20/s", "20 B/s"), (1, .seconds(3), "0/s", "0 B/s"),
        (5, .zero, "0/s", "0 B/s"), (5, .seconds(-1), "0/s", "0 B/s"),
        (Int.max, .nanoseconds(1), "9.22 E/s", "9.22 EB/s"),
    ])
    func rates(number: Int, elapsed: Duration, counts: String, bytes: String) {
        #expect(ShortNumber.rate(number, over: elapsed) == counts)
        #expect(ShortNumber.byteRate(number, over: elapsed) == bytes)
    }
}
