// Watches whether the topics of a read still exist, are the same and have grown, and finds new ones.
// The library tells none of it to a reader without a group, and little to a member. Nor does it ask
// who leads a partition now while a broker that stalls has not answered for a minute; a check here
// tells it too.
//
// 1. A check is a few requests, each of which may wait for a fetch that is under way on the same
//    connection: the pause after a check is many times as long as the check was, up to five seconds.
// 2. A broker that does not answer is asked again at the next check; only an answer changes anything.
// 3. Each call of `advance` makes one request, and blocks for one slice at most.

package import KafkaCore
import Reactor

/// The findings of a check.
struct TopicEvents {
    /// A topic that was deleted and made again.
    struct Remade {
        var name: String
        var partitions: [Int32]
        var change: TopicReplacement
    }

    /// Partitions that are to be read too, from their beginning.
    var new: [PartitionRead] = []
    /// Topics that are to be read too.
    var found: [Topic] = []
    /// Topics that are not the ones that they were.
    var remade: [Remade] = []
    /// Topics that are away, and may come back.
    var missing: [String] = []

    var isEmpty: Bool { new.isEmpty && found.isEmpty && remade.isEmpty && missing.isEmpty }
}

/// Chooses from all topics of a cluster those that are read too, from their beginning.
package typealias TopicFinder = @Sendable ([Topic]) -> [Topic]

/// The topics that are read, and what is known of them.
struct TopicWatch {
    struct Watched {
        var name: String
        var identity: TopicIdentity
        /// Since when the topic has not been there.
        var missingSince: Instant?
    }

    /// Why a check is made.
    enum Reason {
        /// The reader notes what there is, before it begins.
        case start
        /// A group has assigned partitions: how far they reach is noted before records are taken.
        case assignment
        /// It is time.
        case due
        /// A partition cannot be read on, or began anew.
        case sign
        /// Everything has been read.
        case end
    }

    var topics: [Watched]
    let readsAll: Bool
    let isBounded: Bool
    var finds: TopicFinder?
    private let began: Instant
    private(set) var due: Instant
    var findDue: Instant
    /// The times that `TopicIdentity` has marks of, in milliseconds since 1970.
    var marks: [Int64] = []
    private var checks = 0
    /// The check that is under way.
    private var check: TopicCheck?
    /// True when a broker answered at the last check.
    private var isAnswered = true
    /// The time for one request of a check; longer after one that was not answered.
    private var slice = Self.shortest

    /// The ages of the marks: the second is for producers whose clocks are behind.
    static let ages: [Int64] = [0, 60_000]
    static let shortest = Duration.milliseconds(200)
    private static let longest = Duration.milliseconds(800)

    /// The time that a topic may be gone before it counts as deleted, where reading goes on.
    static let absence = Duration.seconds(5)

    /// `readsAll`: new partitions are read too, from their beginning; `isBounded`: the read ends by
    /// itself, and nothing need be checked while records arrive.
    init(
        _ topics: [Topic],
        readsAll: Bool,
        isBounded: Bool,
        now: Instant,
        finds: TopicFinder? = nil
    ) {
        self.topics = topics.map { topic in
            Watched(
                name: topic.name,
                identity: TopicIdentity(partitionCount: topic.partitions.count)
            )
        }
        self.readsAll = readsAll
        self.isBounded = isBounded
        self.finds = finds
        began = now
        due = now
        findDue = now
        due = now + pace
    }

    var pace: Duration { topics.isEmpty ? .milliseconds(500) : .seconds(2) }

    /// Enters that records have arrived.
    mutating func recordsArrived(now: Instant) {
        if isBounded { due = now + pace }
    }

    /// Makes the next check due at once.
    mutating func hasten(_ now: Instant) { due = min(due, now) }

    /// True while a check is under way.
    var isChecking: Bool { check != nil }

    /// True while a check is under way whose result is needed before anything more is read.
    var holdsReading: Bool {
        switch check?.reason {
        case .sign, .end, .start, .assignment: true
        case .due, nil: false
        }
    }

    /// Begins a check of partitions, each with the position that it was read up to.
    ///
    /// A check that is due gives way to another one.
    mutating func begin(_ reason: Reason, _ positions: [TopicPartition: Int64?]) {
        switch reason {
        case .start, .sign, .end, .assignment: break
        case .due: guard check == nil else { return }
        }
        checks += 1
        // The second mark is for the rarer case, and asked for more rarely.
        let all = Array(Self.ages.indices)
        let isDue = if case .due = reason { true } else { false }
        check = TopicCheck(
            reason,
            positions,
            marks: isDue && checks % 5 != 1 ? [0] : all,
            slice: isDue ? slice : Self.shortest
        )
    }

    /// True when everything has been read and the topics are to be checked once more.
    ///
    /// A read that ends at once is not: within it nobody makes a topic again.
    func wantsLastCheck(at now: Instant) -> Bool { isBounded && now - began > .seconds(1) }

    /// Goes on with the check under way: one request of at most one slice.
    ///
    /// `now` is in milliseconds since 1970.
    /// - Returns: what was found, and why it was looked for, when the check is complete.
    /// - Throws: `ReaderError.topicGone` when a topic is gone, and stays so.
    mutating func advance(
        through access: ClusterAccess,
        now: Int64
    ) throws(ReaderError) -> (events: TopicEvents, reason: Reason)? {
        guard var check = check else { return nil }
        self.check = nil
        let isComplete: Bool
        do throws(ReaderError) {
            isComplete = try check.advance(&self, through: access, now: now)
        } catch {
            finish(check, at: access.clock.now)
            // A topic that is gone when all of it has been read was there.
            guard case .end = check.reason, case .topicGone = error else { throw error }
            return (TopicEvents(), check.reason)
        }
        guard isComplete else {
            self.check = check
            return nil
        }
        finish(check, at: access.clock.now)
        return (check.events, check.reason)
    }

    private mutating func finish(_ check: TopicCheck, at now: Instant) {
        isAnswered = check.isAnswered
        slice = isAnswered ? Self.shortest : min(slice * 2, Self.longest)
        // Where no broker answers, a check is what makes the library try again.
        let pause = isAnswered ? max(pace, min(check.time * 20, .seconds(5))) : pace
        due = now + (topics.contains { $0.missingSince != nil } ? .milliseconds(100) : pause)
    }
}
