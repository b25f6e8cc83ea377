// Hosts and ports as they are written.

import Probe
import Testing

struct EndpointTests {
    @Test(arguments: [
        ("kafka", "kafka:9092"), ("kafka:1", "kafka:1"), ("[::1]:9093", "[::1]:9093"),
        ("[fe80::1]", "[fe80::1]:9092"), ("ssl://kafka:65535", "kafka:65535"),
    ])
    func whatIsAnEndpoint(text: String, expected: String) {
        #expect(Endpoint(text)?.description == expected)
    }

    @Test(arguments: [
        "", ":9092", "kafka:", "kafka:0", "kafka:65536", "kafka:-1", "[::1]x", "[::1", "::1",
    ])
    func whatIsNone(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test func namesAndNumbers() throws {
        let found = try #require(Endpoint("127.0.0.1:7")).addresses()
        #expect(found.map(\.description) == ["127.0.0.1"])
        #expect(throws: ProbeError.self) {
            _ = try Endpoint(host: "no-such-host.invalid", port: 1).addresses()
        }
    }
}
