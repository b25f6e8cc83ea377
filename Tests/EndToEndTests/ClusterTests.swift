// `kctl cluster` on a real broker, before and after a login, with Kafka's own tools as the other side.

import JSON
import Testing

@Suite(.needsKafka)
struct ClusterTests {
    /// The release that the broker at hand is known to be at least.
    private var release: String {
        switch Kafka.version.split(separator: ".").first {
        case "2": "2.8"
        case "3": "3.9"
        default: "4.2"
        }
    }

    private var isOfQuorum: Bool { !Kafka.version.hasPrefix("2.") }

    @Test func describeTellsBrokersAndController() throws {
        let described = try Kafka.run(["cluster", "describe", "--json"])
        #expect(described.ending == .exited(0), "\(described.errors)")
        #expect(described.errors.isEmpty)
        let cluster = try #require(try described.json().first)
        #expect(cluster["clusterId"]?.string?.isEmpty == false)
        let broker = try #require(cluster["brokers"]?[0])
        #expect(cluster["brokers"]?.array?.count == 1)
        #expect(cluster["controller"] == broker["broker"])
        let address = "\(broker["host"]?.string ?? ""):\(broker["port"]?.int64 ?? 0)"
        #expect(address == Kafka.servers)
        #expect(broker["rack"] == .null)
        #expect(broker["atLeast"]?.string == release)
        let isOld = try Kctl.hasOldLibrary()
        let operations = cluster["allowedOperations"]
        #expect(isOld ? operations == .null : operations?.array?.contains(.string("Alter")) == true)

        let shown = try Kafka.run(["cluster", "show", "-v"])
        #expect(shown.text.contains("\(release) or newer\n"))
        #expect(shown.text.contains("RACK") != isOld)
        #expect(shown.errors.contains("racks need librdkafka 2.3 or newer") == isOld)
    }

    /// Over TLS too, and where a login is needed the quorum does not tell its controller.
    @Test func describeOverTLSAndWithALogin() throws {
        let certificates = try #require(Kafka.certificates)
        let tls = ["-X", "ssl.ca.location=\(certificates)/ca.pem", "-X"]
        let secure = try Kctl.run(
            ["cluster", "describe", "--json"] + tls + ["security.protocol=ssl"],
            on: Kafka.tlsServers
        )
        let overTLS = try #require(try secure.json().first, "\(secure.errors)")
        #expect(overTLS["brokers"]?[0]?["atLeast"]?.string == release)
        #expect(overTLS["controller"] == overTLS["brokers"]?[0]?["broker"])
        let login = [
            "security.protocol=sasl_ssl", "sasl.mechanism=PLAIN", "sasl.username=admin",
            "sasl.password=admin-secret",
        ]
        let logged = try Kctl.run(
            ["cluster", "describe", "--json"] + tls.dropLast() + login.flatMap { ["-X", $0] },
            on: Kafka.saslTLSServers
        )
        let withLogin = try #require(try logged.json().first, "\(logged.errors)")
        #expect(withLogin["brokers"]?[0]?["atLeast"]?.string == release)
        #expect((withLogin["controller"] == .null) == isOfQuorum)
    }

    @Test func requestsAreThoseThatKafkasToolTells() throws {
        let told = try Kafka.run(["cluster", "api-versions", "--json"])
        #expect(told.ending == .exited(0))
        #expect(told.errors.hasSuffix(" runs Kafka \(release) or newer\n"))
        var ours: Set<String> = []
        for row in try told.json() {
            let (low, high) = (row["minVersion"]?.int64 ?? -1, row["maxVersion"]?.int64 ?? -1)
            let range = low == high ? "\(low)" : "\(low) to \(high)"
            ours.insert("\(row["name"]?.string ?? "?")(\(row["apiKey"]?.int64 ?? -1)): \(range)")
        }
        let theirs = try Kafka.tool("broker-api-versions", [])
        let known = theirs.lines.filter { $0.contains("): ") && !$0.contains("UNSUPPORTED") }
            .map { line -> String in
                let text = line.drop { $0 == "\t" || $0 == " " }
                return String(text.prefix { $0 != "[" }.dropLast())
            }
        #expect(known.count > 40, "\(theirs.text)")
        // Older tools have other names for a few, or none.
        let isNewest = !Kafka.isBefore(4, 2)
        func comparable(_ lines: [String]) -> Set<String> {
            Set(lines.map { line in isNewest ? line : String(line.drop { $0 != "(" }) })
        }
        #expect(comparable(Array(ours)) == comparable(known))
        // The same before a login, and from a broker by its number.
        let strange = try Kctl.run(["cluster", "api-versions", "--json"], on: Kafka.saslServers)
        #expect(strange.ending == .exited(0))
        #expect(strange.text == told.text)
        let id = try Kafka.run(["cluster", "describe", "--json"]).json().first?["brokers"]?[0]?[
            "broker"
        ]?.int64
        let number = try #require(id)
        let named = try Kafka.run(["cluster", "api-versions", "--json", "--broker", "\(number)"])
        let numbered = told.lines.map {
            String($0).replacingOccurrence(of: "\"broker\":null", with: "\"broker\":\(number)")
        }
        #expect(named.lines.map(String.init) == numbered)
        let absent = try Kafka.run(["cluster", "api-versions", "--broker", "4711"])
        #expect(absent.ending == .exited(3))
        #expect(absent.errors.contains("broker 4711 not found on "))
    }

    @Test func aWholeClusterIsHealthy() throws {
        // Topics of other tests may be coming and going.
        let healthy = try Kafka.run(["cluster", "health", "--wait", "30s", "--json"])
        #expect(healthy.ending == .exited(0), "\(healthy.text)")
        #expect(try healthy.json().first?["healthy"]?.bool == true)
        let text = try Kafka.run(["cluster", "health", "--wait", "30s"])
        #expect(text.output.isEmpty)
        #expect(text.errors.hasPrefix("kctl: healthy: 1 broker, "))
        let small = try Kafka.run(["cluster", "health", "--brokers", "2", "--json"])
        #expect(small.ending == .exited(1))
        #expect(
            small.lines.first ?? ""
                == #"{"problem":"too-few-brokers","broker":null,"topic":null,"partition":null,"#
                + #""replicas":null,"inSync":null,"message":"1 of 2 brokers online"}"#
        )
        let late = try Kctl.run(["cluster", "health", "--wait", "1s", "-b", "127.0.0.1:1"])
        #expect(late.ending == .exited(6))
        #expect(late.errors.contains("no broker reachable at 127.0.0.1:1: connection refused"))
        let never = try Kctl.run(["cluster", "health", "-b", "127.0.0.1:1"])
        #expect(never.ending == .exited(4))
    }
}
