// What brokers answer, and what something else might.

import Probe
import Testing

struct AnswerTests {
    /// ApiVersions: no error, Fetch 4 to 17 and Produce 0 to 12.
    private let greeting: [UInt8] = [0, 0, 0, 0, 0, 2, 0, 1, 0, 4, 0, 17, 0, 0, 0, 0, 0, 12]

    /// DescribeQuorum of a leader, 1, at 1000 ms, and a voter at 990 ms.
    private let quorum: [UInt8] =
        [0, 0, 0, 2, 3, 0x5f, 0x6d, 2, 0, 0, 0, 0, 0, 0]
        + [0, 0, 0, 1] + [UInt8](repeating: 0, count: 12) + [3]
        + [0, 0, 0, 2] + [UInt8](repeating: 0, count: 16) + [0, 0, 0, 0, 0, 0, 3, 0xde, 0]
        + [0, 0, 0, 1] + [UInt8](repeating: 0, count: 16) + [0, 0, 0, 0, 0, 0, 3, 0xe8, 0]

    /// ListGroups of version 5: a share group "a" and a streams group "bc", both empty.
    private let groups: [UInt8] =
        [0, 0, 0, 0, 0, 0, 0, 3]
        + [2] + Array("a".utf8) + [6] + Array("share".utf8) + [6] + Array("Empty".utf8)
        + [6] + Array("Share".utf8) + [0]
        + [3] + Array("bc".utf8) + [8] + Array("streams".utf8) + [6] + Array("Empty".utf8)
        + [8] + Array("Streams".utf8) + [0, 0]

    @Test func aGreetingIsRead() throws {
        let read = try #require(Greeting(answer: greeting))
        #expect(read.versions == [1: 4...17, 0: 0...12])
        #expect(read.isFour)
        #expect(!QuorumClock.isKnown(to: read))
    }

    @Test func aReleaseIsToldByWhatItTakes() throws {
        func greeting(_ key: UInt8, _ version: UInt8) throws -> Greeting {
            try #require(Greeting(answer: [0, 0, 0, 0, 0, 1, 0, key, 0, 0, 0, version]))
        }
        #expect(try #require(Greeting(answer: self.greeting)).atLeastRelease == "3.9")
        #expect(try greeting(2, 11).atLeastRelease == "4.2")
        #expect(try greeting(2, 127).atLeastRelease == "4.2")
        #expect(try greeting(60, 0).atLeastRelease == "2.8")
        #expect(try greeting(1, 11).atLeastRelease == nil)
        #expect(try greeting(55, 0).isOfQuorum)
        #expect(try !greeting(60, 0).isOfQuorum)
    }

    @Test func requestsHaveNames() {
        #expect(KafkaRequest.name(of: 0) == "Produce")
        #expect(KafkaRequest.name(of: 43) == "ElectLeaders")
        #expect(KafkaRequest.name(of: 92) == "DeleteShareGroupOffsets")
        #expect(KafkaRequest.name(of: -1) == nil)
        #expect(KafkaRequest.name(of: 93) == nil)
    }

    @Test func theLeadersTimeIsRead() {
        #expect(QuorumClock.milliseconds(in: quorum) == 1000)
    }

    @Test func kindsOfGroupsAreRead() {
        #expect(GroupKinds.kinds(in: groups) == ["a": "share", "bc": "streams"])
        #expect(GroupKinds.kinds(in: [0, 0, 0, 0, 0, 0, 30, 1]) == nil)
    }

    @Test func whatIsCutOffIsNothing() {
        for count in 0..<groups.count {
            #expect(GroupKinds.kinds(in: Array(groups.prefix(count))) == nil)
        }
        for count in 0..<greeting.count {
            #expect(Greeting(answer: Array(greeting.prefix(count))) == nil)
        }
        for count in 0..<quorum.count {
            #expect(QuorumClock.milliseconds(in: Array(quorum.prefix(count))) == nil)
        }
    }

    @Test func anyByteMayBeWrong() {
        for place in greeting.indices {
            for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
                var bytes = greeting
                bytes[place] = value
                _ = Greeting(answer: bytes)
            }
        }
        for place in quorum.indices {
            for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
                var bytes = quorum
                bytes[place] = value
                _ = QuorumClock.milliseconds(in: bytes)
            }
        }
        // More tags than there can be.
        #expect(QuorumClock.milliseconds(in: [0xff, 0xff, 0xff, 0xff, 0x0f]) == nil)
        #expect(QuorumClock.milliseconds(in: [UInt8](repeating: 0xff, count: 40)) == nil)
    }
}
