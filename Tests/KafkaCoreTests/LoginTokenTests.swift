// Tokens fetched in steps: the first is waited for, later ones hold up nobody.

import Glibc
import Reactor
import Testing

@testable import KafkaCore

struct LoginTokenTests {
    /// A source whose fetches take some steps each.
    private final class Source {
        var begun = 0
        var steps = 0
        var waits: [Duration] = []
        let lifetime: Int

        init(lifetime milliseconds: Int) { lifetime = milliseconds }

        func fetch() -> TokenFetch {
            begun += 1
            var left = 3
            return { [self] wait in
                steps += 1
                waits.append(wait)
                left -= 1
                guard left == 0 else { return nil }
                let expires = (Int(time(nil)) + 1) * 1000 + lifetime
                return .success(LoginToken("x", principal: "reader", expires: Int64(expires)))
            }
        }
    }

    @Test func onlyTheFirstTokenIsWaitedFor() throws {
        let clock = SystemClock()
        let source = Source(lifetime: 1500)
        let client = try Client(
            .consumer,
            bootstrapServers: "127.0.0.1:1",
            properties: [
                Property("security.protocol", "sasl_plaintext"),
                Property("sasl.mechanism", "OAUTHBEARER"),
            ],
            tokens: source.fetch
        )
        client.serve(waiting: .milliseconds(500))
        #expect(source.begun == 1)
        #expect(source.steps == 3)
        #expect(source.waits.allSatisfy { $0 > .zero })
        #expect(client.nextServe(after: clock.now) == nil)
        #expect(client.lastToken?.principal == "reader")

        // The library wants a newer one when four fifths of the first one's time are over.
        let limit = clock.now + .seconds(20)
        while source.begun == 1, clock.now < limit { client.serve(waiting: .milliseconds(100)) }
        #expect(source.steps == 4)
        #expect(source.waits.last == .zero)
        let now = clock.now
        #expect(client.nextServe(after: now) == now + .milliseconds(50))
        client.serve()
        #expect(source.steps == 5)
        client.serve()
        #expect(source.steps == 6)
        #expect(client.nextServe(after: now) == nil)
    }

    @Test func aWaitGoesOnWithAFetch() throws {
        let source = Source(lifetime: 500)
        let client = try Client(
            .consumer,
            bootstrapServers: "127.0.0.1:1",
            properties: [
                Property("security.protocol", "sasl_plaintext"),
                Property("sasl.mechanism", "OAUTHBEARER"),
            ],
            tokens: source.fetch
        )
        let clock = SystemClock()
        let limit = clock.now + .seconds(20)
        while source.steps < 6, clock.now < limit { client.serve(waiting: .seconds(1)) }
        #expect(source.steps >= 6)
        #expect(source.begun >= 2)
        #expect(source.waits.dropFirst(3).allSatisfy { $0 == .zero })
    }
}
