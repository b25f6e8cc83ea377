// Offsets, times, partition lists and the other small values of options: whatever is typed, each is
// a value or a reason, and a value prints as it was given.

import Arguments
import KafkaCore

/// Fails the run with a sentence.
private func demand(_ condition: Bool, _ sentence: StaticString) {
    precondition(condition, "\(sentence)")
}

/// Reads one input as every kind of small value.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let time = TimePoint(text) {
        _ = time.milliseconds(now: 0)
        demand(time.milliseconds(now: .max) >= .min, "a time is a number")
    }
    if let time = try? OffsetTimeArgument(argument: text) {
        _ = time.resolved(now: 1_700_000_000_000)
        demand(!time.argumentText.isEmpty, "a time has a text")
    }
    if let list = try? PartitionNumbers(argument: text) {
        demand(list.numbers == list.numbers.sorted(), "partitions are in order")
        demand(list.numbers.allSatisfy { $0 >= 0 }, "no partition is below 0")
    }
    if let assignment = try? ReplicaAssignment(argument: text) {
        let sizes = Set(assignment.brokers.map(\.count))
        demand(sizes.count <= 1, "every partition has as many brokers")
    }
    if let config = try? ConfigArgument(argument: text) {
        demand(!config.entry.name.isEmpty, "an entry has a name")
    }
    if let topic = try? TopicRequest(argument: text) {
        demand((try? TopicRequest(argument: topic.argumentText)) == topic, "a topic reads back")
    }
    return 0
}
