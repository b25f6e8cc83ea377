import KafkaCore
import Output
import Reactor
import TestSupport
import Testing

@testable import CommandKit
@testable import Commands

/// Records that a sandbox begins with.
struct SandboxSeedTests {
    @Test func faultsOfAFileAreToldWithLineAndColumn() {
        let text = "{\"value\":\"ü\"}\n{\"value\":\"ü\",\"partition\":-1}\n"
        let failure = World().failure { _ throws(CommandError) in
            _ = try SandboxSeed(
                Array(text.replacing("{", with: "{\"topic\":\"t\",").utf8),
                path: "f"
            )
        }
        #expect(failure?.status == .badData)
        #expect(failure?.report?.message == "f:2:38: partition -1 is not one")
    }

    @Test func aSeedNeedsTopics() {
        let failure = World().failure { _ throws(CommandError) in
            _ = try SandboxSeed(Array("\n  {\"value\":\"v\"}".utf8), path: "-")
        }
        #expect(failure?.report?.message == "-:2:3: a record without 'topic'")
    }

    @Test func whatHasNothingToSendIsDoneAtOnce() throws {
        let cluster = try MockCluster(brokers: 1)
        let clock = SystemClock()
        let start = clock.now
        try SandboxSeed([], path: "-").send(to: cluster.bootstrapServers, clock: clock)
        // The outcomes of what is in flight at the end would be waited for for 30 s.
        #expect(clock.now - start < .seconds(20))
    }
}
