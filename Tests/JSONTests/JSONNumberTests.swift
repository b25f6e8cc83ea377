import JSON
import Testing

@Suite struct JSONNumberTests {
    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("0.000", 0), ("0e99999999999999999999", 0), ("7", 7), ("-7", -7),
            ("100", 100), ("1.0", 1), ("1e3", 1000), ("1E+3", 1000), ("1500e-2", 15), ("1.5e1", 15),
            ("0.001e3", 1), ("1e18", 1_000_000_000_000_000_000),
            ("10000000000000000000000e-20", 100),
            ("9007199254740993", 9_007_199_254_740_993), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("922337203685477580.7e1", .max),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1e19", nil),
            ("0.5", nil),
            ("18446744073709551616", nil), ("99999999999999999999999", nil), ("1e-1", nil),
            ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil), ("10.5", nil),
            ("100000000000000000000000001", nil), ("1.00000000000000000000000001", nil),
        ] as [(String, Int64?)]
    )
    func wholeNumbersAreExact(_ text: String, _ expected: Int64?) throws {
        #expect(JSONNumber.int64(text.utf8.span.bytes) == expected)
        #expect(try JSONValue(parsing: text) == .number(text))
        #expect(try JSONValue(parsing: text).int64 == expected)
        var reader = JSONReader(text.utf8.span.bytes)
        var read: Int64?
        do throws(JSONError) { read = try reader.int64() } catch {
            #expect(error == JSONError(at: 0, "expected a whole number of at most 64 bits"))
        }
        #expect(read == expected)
    }

    @Test func aMillionDigitsTakeNoTime() throws {
        let text = "1" + String(repeating: "0", count: 1_000_000) + "e-1000000"
        #expect(try JSONValue(parsing: text).int64 == 1)
    }
}
