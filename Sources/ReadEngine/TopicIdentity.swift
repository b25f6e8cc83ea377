// Whether a topic is still the one that it was, or was deleted and made again under its name.
// A state machine over what a cluster tells of it. It does no I/O and reads no clock.
//
// 1. The id decides, where library and broker tell it. All else is for those that do not.
// 2. A log only grows at its end: the end never falls below what has been read, and the first record
//    of a time or later never comes to lie before where it was. Deletion takes records away at the
//    beginning, which moves that record up. What breaks this is another log.
// 3. What could not be asked changes nothing.

/// Why a topic is not the one that it was.
package enum TopicReplacement: Equatable, Sendable {
    /// It has another id.
    case id
    /// It has fewer partitions.
    case partitions
    /// A partition ends before what has been read of it.
    case end(partition: Int32, end: Int64, position: Int64)
    /// The first record of a time or later lies before where it was.
    case time(partition: Int32, offset: Int64, floor: Int64)
}

/// The facts about one topic.
struct TopicIdentity {
    /// The place of the first record of a time or later.
    enum Sighting: Equatable {
        case at(Int64)
        /// There is none of that time yet.
        case nowhere
    }

    private(set) var id: String?
    private(set) var partitionCount: Int
    /// By mark, the lowest offset that the first record of the mark's time or later can have.
    private var floors: [[Int32: Int64]] = []

    /// Begins with a topic as it is.
    init(partitionCount: Int) {
        self.partitionCount = partitionCount
    }

    /// Takes an id; nil when nobody told it.
    ///
    /// - Returns: whether the topic is another; nil when that cannot be said.
    mutating func take(id new: String?) -> Bool? {
        guard let new else { return nil }
        defer { id = new }
        return id.map { $0 != new }
    }

    /// Takes a number of partitions.
    mutating func take(partitionCount count: Int) -> TopicReplacement? {
        defer { partitionCount = count }
        return count < partitionCount ? .partitions : nil
    }

    /// Takes the ends of partitions, which have been read up to `positions`.
    func take(ends: [Int32: Int64], positions: [Int32: Int64]) -> TopicReplacement? {
        for (partition, position) in positions.sorted(by: { $0.key < $1.key }) {
            if let end = ends[partition], end < position {
                return .end(partition: partition, end: end, position: position)
            }
        }
        return nil
    }

    /// Takes where the first records of a mark's time or later are.
    ///
    /// From here on the mark's time may be the present or any time since. `bounds`: offsets that the
    /// partitions were known to reach before they were asked.
    mutating func take(
        _ sightings: [Int32: Sighting],
        mark: Int,
        bounds: [Int32: Int64]
    ) -> TopicReplacement? {
        while floors.count <= mark { floors.append([:]) }
        for (partition, sighting) in sightings.sorted(by: { $0.key < $1.key }) {
            if case .at(let offset) = sighting, let floor = floors[mark][partition], offset < floor
            {
                return .time(partition: partition, offset: offset, floor: floor)
            }
        }
        for (partition, sighting) in sightings {
            switch sighting {
            case .at(let offset): floors[mark][partition] = offset
            case .nowhere:
                // What is written from now on comes behind all that there is.
                guard let bound = bounds[partition] else { continue }
                floors[mark][partition] = max(bound, floors[mark][partition] ?? 0)
            }
        }
        return nil
    }

    /// Returns true when it is known where the records of a partition can begin.
    func hasFloor(_ partition: Int32) -> Bool {
        floors.contains { $0[partition] != nil }
    }
}
