// ACLs: options become rules and filters, and rules that are printed come back.

import JSON
import Output
import Testing

@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct AclTests {
    private func principal(_ name: String) throws -> PrincipalArgument {
        try PrincipalArgument(argument: name)
    }

    private func phrases(_ options: AclOptions) throws -> [String] {
        try options.bindings().map(\.phrase)
    }

    @Test func everyThingTimesEveryOperationTimesEverybody() throws {
        var options = AclOptions()
        options.topics = ["a", "*"]
        options.isCluster = true
        options.pattern = .prefixed
        options.allowed = [try principal("User:x")]
        options.denied = [try principal("User:y")]
        options.deniedHosts = ["10.0.0.1"]
        options.operations = [try AclOperationArgument(argument: "describe-configs")]
        #expect(
            try phrases(options) == [
                "allow User:x DescribeConfigs on topics 'a...' from any host",
                "deny User:y DescribeConfigs on topics 'a...' from 10.0.0.1",
                "allow User:x DescribeConfigs on topics '*...' from any host",
                "deny User:y DescribeConfigs on topics '*...' from 10.0.0.1",
                "allow User:x DescribeConfigs on the cluster from any host",
                "deny User:y DescribeConfigs on the cluster from 10.0.0.1",
            ]
        )
    }

    @Test func aProducerAndAConsumerGetWhatTheyNeed() throws {
        var options = AclOptions()
        options.topics = ["t"]
        options.groups = ["*"]
        options.transactionalIDs = ["x"]
        options.isProducer = true
        options.isIdempotent = true
        options.isConsumer = true
        options.allowed = [try principal("User:x")]
        #expect(
            try phrases(options) == [
                "allow User:x Write on topic 't' from any host",
                "allow User:x Describe on topic 't' from any host",
                "allow User:x Create on topic 't' from any host",
                "allow User:x Write on transactional-id 'x' from any host",
                "allow User:x Describe on transactional-id 'x' from any host",
                "allow User:x IdempotentWrite on the cluster from any host",
                "allow User:x Read on topic 't' from any host",
                "allow User:x Read on every group from any host",
            ]
        )
    }

    @Test func whatIsNotSaidIsOfNoAccountToAFilter() throws {
        let all = try AclOptions().filters([])
        #expect(all == [AclFilter()])
        var options = AclOptions()
        options.topics = ["t"]
        options.pattern = .match
        #expect(try options.filters([]) == [AclFilter(.topic, "t", .match)])
        options.pattern = nil
        options.deniedHosts = ["h"]
        #expect(
            try options.filters([principal("User:x")]) == [
                AclFilter(.topic, "t", .literal, principal: "User:x"),
                AclFilter(.topic, "t", .literal, host: "h", nil, .deny),
            ]
        )
    }

    @Test func aRuleComesBackAsItWasPrinted() throws {
        var bindings: [AclBinding] = []
        for kind in AclResourceKind.allCases where kind != .unknown {
            for operation in AclOperation.known {
                bindings.append(
                    AclBinding(
                        kind,
                        "n \"\u{1b}",
                        operation == .all ? .prefixed : .literal,
                        principal: "User:CN=a,O=\"b\"",
                        host: "*",
                        operation,
                        operation == .read ? .deny : .allow
                    )
                )
            }
        }
        var text = ""
        for binding in bindings {
            var json = JSONWriter()
            AclRow(binding: binding).write(to: &json)
            text += json.text + "\n"
        }
        #expect(try AclFile.bindings(in: Array(text.utf8), path: "f") == bindings)
    }

    @Test(arguments: [
        ("", "f: the file describes no ACL"),
        ("[1]", "f:1:1: an ACL must be a JSON object"),
        ("{}", "f:1:1: an ACL lacks the key 'resourceType'"),
        (
            #"{"resourceType":"topic","operation":"Read","principal":"User:a"}"#,
            "f:1:1: an ACL lacks the key 'resourceName'"
        ),
        (
            "\n" + #"{"resourceType":"unknown","resourceName":"x","operation":"Read"}"#,
            "f:2:1: unknown 'resourceType' of an ACL: 'unknown'"
        ),
        (
            #"{"resourceType":"topic","resourceName":"x","operation":"Raed","principal":"User:a"}"#,
            "f:1:1: unknown 'operation' of an ACL: 'Raed'"
        ),
    ])
    func faultsOfAFileAreToldWithTheirPlace(_ text: String, _ message: String) {
        let error = #expect(throws: CommandError.self) {
            _ = try AclFile.bindings(in: Array(text.utf8), path: "f")
        }
        #expect(error?.status == .badData)
        #expect(error?.report?.message == message)
    }
}
