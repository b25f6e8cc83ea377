// Fuzzes what makes runs of records: any sequence of messages, whatever times and numbers they
// hold, in any order, is taken without a trap, and what is put into a window comes out of it once.
//
// A record is a byte (of its bits 0 to 2 the topic, 3 and 4 the partition, 5 whether Kafka has a
// time for it, 6 whether there is a key, 7 whether time goes on behind it), its length in a byte,
// and the message.

import AliECS

private let topics = [
    "aliecs.run", "aliecs.environment", "aliecs.env_state.RUNNING",
    "aliecs.env_leave_state.RUNNING", "aliecs.env_list.RUNNING", "aliecs.before_start_activity",
    "aliecs.integrated_service.trg", "aliecs.core",
].map { (name: $0, topic: AliECSTopic($0)) }

/// Reads one input.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    var reading = Reading()
    var at = 0
    while at + 2 <= count {
        let length = min(Int(input[at + 1]), count - at - 2)
        reading.take(input[at], Array(input[(at + 2)..<(at + 2 + length)]))
        at += 2 + length
    }
    reading.finish()
    return 0
}

/// Everything that takes records, side by side.
private struct Reading: ~Copyable {
    private var decoder = Decoder()
    private var tracker = RunTracker()
    private var waits = [
        RunWait(for: .start, of: nil), RunWait(for: .end, of: nil), RunWait(for: .end, of: 1),
    ]
    private var active = ActiveRuns()
    private var selection = EventSelection()
    private var window = MergeWindow<Int>(lateness: 5_000_000_000, byteLimit: 4096)
    private var offset: Int64 = 0
    private var newest: EventTime?
    private var inserted = 0
    private var released: Set<Int> = []
    private var told = 0

    init() {
        selection.detectors = ["ITS"]
        selection.users = ["guest"]
    }

    mutating func take(_ mark: UInt8, _ bytes: [UInt8]) {
        let (name, topic) = topics[Int(mark & 7)]
        let partition = Int32(mark >> 3 & 3)
        guard let type = topic.type,
            (try? decoder.open(bytes.span.bytes, as: type, isSure: false)) != nil
        else { return }
        let facts = decoder.facts(from: topic)
        offset += 1
        let place = RecordPlace(
            topic: name,
            partition: partition,
            offset: offset,
            milliseconds: mark & 32 == 0 ? nil : Int64(offset) * 1_654_700_000_123,
            hasKey: mark & 64 != 0
        )
        _ = facts.summary
        _ = selection.wants(facts, from: topic)
        _ = active.take(facts, at: place)
        for index in waits.indices { _ = waits[index].take(facts, at: place) }
        tracker.take(facts, at: place)
        newest = [newest, facts.time].compactMap(\.self).max()
        window.insert(inserted, at: facts.time, size: bytes.count + 64, from: Int(partition))
        inserted += 1
        guard mark & 128 != 0 else { return }
        if let newest { check(tracker.advance(to: newest)) }
        window.tick(now: offset * 1_000_000_000)
        while let item = window.next() { release(item) }
        while window.nextFlow() != nil {}
    }

    mutating func finish() {
        check(tracker.finish())
        for warning in tracker.takeWarnings() {
            precondition(!warning.text.isEmpty && !warning.code.isEmpty, "a warning says something")
        }
        precondition(tracker.openRuns == 0, "at the end nothing is open")
        window.closeAll()
        while let item = window.next() { release(item) }
        precondition(window.isEmpty && released.count == inserted, "what goes in comes out")
    }

    private mutating func release(_ item: Int) {
        precondition(released.insert(item).inserted, "and once")
    }

    private mutating func check(_ runs: [Run]) {
        for (run, next) in zip(runs, runs.dropFirst()) {
            precondition(run.number <= next.number, "runs are told by number")
        }
        for run in runs {
            precondition((run.milliseconds ?? 0) >= 0, "no run is shorter than nothing")
            precondition(run.endedBy.map { !$0.name.isEmpty } ?? true, "an end has a name")
        }
        told += runs.count
        precondition(told <= inserted * 50, "records tell of no more runs than they name")
    }
}
