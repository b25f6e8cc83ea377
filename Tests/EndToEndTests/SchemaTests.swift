// The schemas that kctl publishes say what they are about, and refuse what is not so.

import JSON
import Testing

struct SchemaTests {
    private func problems(_ text: String) throws -> [String] {
        let schema = try #require(Schemas.all[["topics", "list"]]?.first)
        return Schemas.problems(of: try JSONValue(parsing: text), by: schema, at: "")
    }

    @Test func whatIsPrintedIsHeldAgainstThem() throws {
        #expect(Schemas.all.values.count { !$0.isEmpty } > 30)
        let good = #"{"topic":"t","partitionCount":1,"replicationFactor":1,"internal":false}"#
        #expect(try problems(good) == [])
    }

    @Test(
        arguments: [
            (
                #"{"topic":"t","partitionCount":1,"internal":false}"#,
                ".replicationFactor is missing"
            ),
            (
                #"{"topic":1,"partitionCount":1,"replicationFactor":1,"internal":false}"#,
                ".topic is no string"
            ),
            (
                #"{"topic":"t","partitionCount":1.5,"replicationFactor":1,"internal":false}"#,
                ".partitionCount is no integer"
            ),
            (
                #"{"topic":"t","partitionCount":1,"replicationFactor":1,"internal":false,"a":1}"#,
                ".a is unknown"
            ),
            ("[]", " is no object"),
        ]
    )
    func anythingElseIsRefused(text: String, problem: String) throws {
        #expect(try problems(text) == [problem])
    }
}
