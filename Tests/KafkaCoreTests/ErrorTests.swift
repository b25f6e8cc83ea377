// What librdkafka's codes and texts are made into.

import Testing

@testable import KafkaCore

/// librdkafka's code of a number, by way of its protocol: only KafkaCore sees its own type.
private func code<Code: RawRepresentable<Int32>>(_ number: Int32) throws -> Code {
    try #require(Code(rawValue: number))
}

private func number(_ code: some RawRepresentable<Int32>) -> Int32 { code.rawValue }

struct ErrorTests {
    /// Kafka's numbers of codes; librdkafka's own are negative.
    @Test(
        arguments: [
            (3, .notFound, "UNKNOWN_TOPIC_OR_PART", false),
            (-188, .notFound, "_UNKNOWN_TOPIC", false),
            (-190, .notFound, "_UNKNOWN_PARTITION", false),
            (69, .notFound, "GROUP_ID_NOT_FOUND", false),
            (36, .alreadyExists, "TOPIC_ALREADY_EXISTS", false),
            (-195, .unreachable, "_TRANSPORT", true),
            (-187, .unreachable, "_ALL_BROKERS_DOWN", true),
            (-193, .unreachable, "_RESOLVE", true), (-181, .unreachable, "_SSL", true),
            (-169, .refused, "_AUTHENTICATION", false),
            (29, .refused, "TOPIC_AUTHORIZATION_FAILED", false),
            (31, .refused, "CLUSTER_AUTHORIZATION_FAILED", false),
            (58, .refused, "SASL_AUTHENTICATION_FAILED", false),
            (-185, .timedOut, "_TIMED_OUT", true), (-192, .timedOut, "_MSG_TIMED_OUT", true),
            (7, .timedOut, "REQUEST_TIMED_OUT", true),
            (40, .invalid, "INVALID_CONFIG", false), (37, .invalid, "INVALID_PARTITIONS", false),
            (17, .invalid, "TOPIC_EXCEPTION", false), (44, .invalid, "POLICY_VIOLATION", false),
            (35, .unsupported, "UNSUPPORTED_VERSION", false),
            (10, .tooLarge, "MSG_SIZE_TOO_LARGE", false),
            (5, .other, "LEADER_NOT_AVAILABLE", true), (19, .other, "NOT_ENOUGH_REPLICAS", true),
            (56, .other, "KAFKA_STORAGE_ERROR", true), (78, .other, "OFFSET_NOT_AVAILABLE", true),
            (74, .other, "FENCED_LEADER_EPOCH", true), (75, .other, "UNKNOWN_LEADER_EPOCH", true),
            (9, .other, "REPLICA_NOT_AVAILABLE", true),
            (1, .other, "OFFSET_OUT_OF_RANGE", false), (-1, .other, "UNKNOWN", false),
        ] as [(Int32, KafkaError.Kind, String, Bool)]
    )
    func codesHaveAKind(_ wanted: Int32, _ kind: KafkaError.Kind, _ name: String, _ retriable: Bool)
        throws
    {
        let error = KafkaError(try code(wanted))
        #expect(error.kind == kind)
        #expect(error.codeName == name)
        #expect(error.code == wanted)
        #expect(error.isRetriable == retriable)
        #expect(error.remedy == nil)
        // Part of a sentence: no label, no capital but an acronym's, no full stop.
        #expect(!error.reason.contains("Broker:") && !error.reason.contains("Local:"))
        #expect(error.reason.last != ".")
        let letters = error.reason.prefix(2)
        #expect(letters.first?.isUppercase == false || letters.last?.isUppercase == true)
    }

    @Test func anUnknownCodeHasAText() throws {
        let error = KafkaError(try code(31_000))
        #expect(error.kind == .other)
        #expect(!error.reason.isEmpty)
    }

    @Test(
        arguments: [
            (
                "127.0.0.1:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused"
                    + " (after 0ms in state CONNECT)",
                "127.0.0.1:9092", "connection refused"
            ),
            (
                "ssl://host:9093/1: SSL handshake failed: certificate verify failed: broker (after 3ms)",
                "host:9093", "SSL handshake failed: certificate verify failed: broker"
            ),
            ("sasl_ssl://[::1]:9094/bootstrap: SASL failed.", "[::1]:9094", "SASL failed"),
            ("no broker named here: x/y", nil, "no broker named here: x/y"),
            ("a/b without the mark", nil, "a/b without the mark"), ("", nil, ""), (": ", nil, ""),
            ("/: x", "", "x"), ("host/1: ", "host", ""), ("ü/1: ö. ", "ü", "ö"),
            ("name/1: a/2: b", "name", "a/2: b"),
        ] as [(String, String?, String)]
    )
    func textsAreTakenApart(_ text: String, _ broker: String?, _ reason: String) {
        let parts = LibraryText.split(text)
        #expect(parts.broker == broker)
        #expect(parts.reason == reason)
    }

    /// Texts as librdkafka 2.0.2 and Kafka 4.3 wrote them.
    @Test(
        arguments: [
            (
                "Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)",
                .connectionRefused
            ),
            (
                "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker "
                    + "certificate could not be verified, verify that ssl.ca.location is correctly "
                    + "configured", .untrustedCertificate
            ),
            ("Failed to acquire SASL OAUTHBEARER token: no answer from 127.0.0.1", .noToken),
            (
                "SASL authentication error: Authentication failed during authentication due to invalid "
                    + "credentials with SASL mechanism SCRAM-SHA-256 (after 310ms in state "
                    + "AUTH_REQ)", .failedSCRAM
            ),
            ("SASL SCRAM authentication failed: broker response not verified", .failedSCRAM),
            (
                "Disconnected: verify that security.protocol is correctly configured, broker might "
                    + "require SASL authentication (after 3ms in state UP)", .missingLogin
            ),
            (
                "Disconnected while requesting ApiVersion: might be caused by incorrect "
                    + "security.protocol configuration (connecting to a SSL listener?) or broker "
                    + "version is < 0.10 (see api.version.request)", .missingTLS
            ),
            (
                "MessageSet at offset 3 (67 bytes) failed CRC32C check (original 0x1 != calculated "
                    + "0x2)", .checksumMismatch
            ),
            (
                "Message at offset 3 (67 bytes) failed CRC32 check (original 0x1 != calculated 0x2)",
                .checksumMismatch
            ),
            ("Disconnected (after 3ms in state APIVERSION_QUERY)", nil),
            ("Broker: Topic authorization failed", nil), ("", nil),
        ] as [(String, KafkaError.Cause?)]
    )
    func textsHaveACause(_ text: String, _ cause: KafkaError.Cause?) throws {
        #expect(KafkaError.Cause(in: text) == cause)
        #expect(KafkaError(try code(-195), reason: text).cause == cause)
        var complaints = Complaints()
        complaints.add(try code(-195), "host:1/b: \(text)")
        #expect(complaints.all.first?.cause == cause)
    }

    @Test func everyCauseHasAPhraseButTheOneThatNobodyStates() {
        let found = Set(LibraryText.phrases.map(\.cause))
        #expect(found == Set(KafkaError.Cause.allCases).subtracting([.noAnswer]))
        for phrase in LibraryText.phrases { #expect(phrase.words == phrase.words.lowercased()) }
        #expect(KafkaError(.other, "no answer within 5 s").cause == nil)
        #expect(KafkaError(.other, "connection refused", cause: .noAnswer).isNoAnswer)
    }

    @Test func theMostTellingComplaintWins() throws {
        var complaints = Complaints()
        #expect(complaints.mainReason == nil)
        #expect(!complaints.isHopeless)
        complaints.add(
            try code(-195),
            "h:1/b: Connect failed: Connection refused (after 1ms)"
        )
        #expect(complaints.mainReason?.kind == .unreachable)
        #expect(complaints.mainReason?.remedy == .startBroker)
        complaints.add(try code(-193), "h:1/b: Failed to resolve 'h:1'")
        #expect(complaints.mainReason?.remedy == .checkHostName)
        complaints.add(try code(-181), "h:1/b: SSL handshake failed")
        #expect(complaints.mainReason?.codeName == "_SSL")
        #expect(!complaints.isHopeless)
        complaints.add(try code(-169), "h:1/b: SASL authentication error: wrong password")
        #expect(complaints.mainReason?.kind == .refused)
        #expect(complaints.isHopeless)
        #expect(!complaints.allBrokersDown)
        complaints.add(try code(-187), "1/1 brokers are down")
        #expect(complaints.allBrokersDown)
        #expect(complaints.all.count == 4)
    }

    @Test func theSameTroubleIsKeptOnceAndNotWithoutEnd() throws {
        var complaints = Complaints()
        for time in 0..<50 {
            complaints.add(try code(-195), "h:1/b: Connection refused (after \(time)ms)")
        }
        #expect(complaints.all.count == 1)
        for number in 0..<500 { complaints.add(try code(-195), "h:1/b: reason \(number)") }
        #expect(complaints.all.count == 100)
    }
}

struct PartitionListTests {
    @Test func holdsWhatItWasMadeOf() {
        let partitions = [
            TopicPartition("b", 1), TopicPartition("a", 0), TopicPartition("ü", .max),
        ]
        let list = PartitionList(partitions, offset: -2)
        var seen: [TopicPartition] = []
        list.forEach { partition, offset, code in
            seen.append(partition)
            #expect(offset == -2)
            #expect(number(code) == 0)
        }
        #expect(seen == partitions)
        var count = 0
        PartitionList([], offset: 0).forEach { _, _, _ in count += 1 }
        #expect(count == 0)
    }

    @Test func partitionsAreOrderedByNameThenNumber() {
        let sorted = [
            TopicPartition("a", 2), TopicPartition("a", 10), TopicPartition("b", 0),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }
}
