// Order by time within a bounded window: what is held, what goes, and that nothing is lost.

import AliECS
import TestSupport
import Testing

@Suite struct MergeWindowTests {
    /// What happens to a window of five seconds, second by second, and what it lets out.
    enum Step {
        case open(Int)
        case close(Int)
        case end(Int)
        /// A record of this time from a source.
        case put(Int, from: Int)
        case putUntimed(Int, from: Int)
        case clock(Int)
        /// What has come out since the last of these.
        case out([Int])
    }

    static let cases: [(name: String, steps: [Step])] = [
        (
            "nothing goes before every source has told of a newer time",
            [
                .open(1), .open(2), .put(10, from: 1), .put(20, from: 1), .clock(0), .out([]),
                .put(14, from: 2), .clock(0), .out([]), .put(15, from: 2), .clock(0), .out([10]),
                .put(19, from: 2), .clock(0), .out([14]), .put(40, from: 2), .clock(0),
                .out([15]),
            ]
        ),
        (
            "disorder within the lateness is put in order",
            [
                .open(1), .put(10, from: 1), .put(7, from: 1), .put(12, from: 1),
                .put(8, from: 1), .put(17, from: 1), .clock(0), .out([7, 8, 10, 12]),
                .close(1), .out([17]),
            ]
        ),
        (
            "what comes too late goes at once",
            [
                .open(1), .put(10, from: 1), .put(30, from: 1), .clock(0), .out([10]),
                .put(5, from: 1), .clock(0), .out([5]), .close(1), .out([30]),
            ]
        ),
        (
            "a source that is done holds nothing back",
            [
                .open(1), .open(2), .put(10, from: 1), .put(20, from: 1), .clock(0), .out([]),
                .close(2), .clock(0), .out([10]), .close(1), .out([20]),
            ]
        ),
        (
            "a source at its end holds back for the lateness by the clock, and no longer",
            [
                .open(1), .open(2), .end(1), .end(2), .clock(100), .put(10, from: 1), .clock(101),
                .out([]), .end(1), .clock(102), .out([]), .clock(105), .out([]), .clock(106),
                .out([10]),
            ]
        ),
        (
            "what comes meanwhile from the other is put in front",
            [
                .open(1), .open(2), .end(1), .end(2), .put(10, from: 1), .end(1), .clock(100),
                .out([]), .put(9, from: 2), .end(2), .clock(103), .out([]), .clock(105),
                .out([9, 10]),
            ]
        ),
        (
            "a source that is behind is waited for, whatever the clock says",
            [
                .open(1), .open(2), .end(1), .put(100, from: 1), .end(1), .put(10, from: 2),
                .clock(0), .clock(60), .out([]), .put(50, from: 2), .clock(61), .out([10]),
                .end(2), .clock(62), .out([50, 100]),
            ]
        ),
        (
            "what has no time stays behind what came before it",
            [
                .open(1), .put(10, from: 1), .putUntimed(99, from: 1), .put(11, from: 1),
                .close(1), .out([10, 99, 11]),
            ]
        ),
        (
            "of one time, those of one source keep their order",
            [
                .open(2), .open(1), .put(10, from: 2), .put(10, from: 1), .putUntimed(98, from: 1),
                .close(1), .close(2), .out([10, 98, 10]),
            ]
        ),
    ]

    @Test(arguments: 0..<cases.count) func table(_ number: Int) {
        let (name, steps) = Self.cases[number]
        var window = MergeWindow<Int>(lateness: 5_000_000_000)
        for (index, step) in steps.enumerated() {
            switch step {
            case .open(let source): window.open(source)
            case .close(let source): window.close(source)
            case .end(let source): window.reachedEnd(source)
            case .put(let second, let source):
                window.insert(second, at: Self.time(second), size: 1, from: source)
            case .putUntimed(let item, let source):
                window.insert(item, at: nil, size: 1, from: source)
            case .clock(let second): window.tick(now: Int64(second) * 1_000_000_000)
            case .out(let expected):
                #expect(Self.drain(&window) == expected, "\(name), step \(index)")
            }
        }
    }

    private static func time(_ second: Int) -> EventTime {
        EventTime(nanoseconds: Int64(second) * 1_000_000_000)
    }

    private static func drain<Item>(_ window: inout MergeWindow<Item>) -> [Item] {
        var items: [Item] = []
        while let item = window.next() { items.append(item) }
        return items
    }

    @Test(arguments: UInt64(1)...30)
    func sortedWhenDisorderIsWithinTheLateness(_ seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...5, using: &numbers)
        var window = MergeWindow<Int64>(lateness: 1000)
        // Each source's times grow, but for disorder of up to the lateness.
        var waiting: [[Int64]] = (0..<count).map { _ in
            var base: Int64 = 0
            return (0..<Int.random(in: 0...200, using: &numbers)).map { _ in
                base += Int64.random(in: 0...300, using: &numbers)
                return base - Int64.random(in: 0...500, using: &numbers)
            }
        }
        let all = waiting.flatMap(\.self).sorted()
        for source in 0..<count { window.open(source) }
        var out: [Int64] = []
        var clock: Int64 = 0
        while waiting.contains(where: { !$0.isEmpty }) {
            let source = Int.random(in: 0..<count, using: &numbers)
            if waiting[source].isEmpty {
                window.close(source)
                continue
            }
            let time = waiting[source].removeFirst()
            window.insert(time, at: EventTime(nanoseconds: time), size: 8, from: source)
            if Bool.random(using: &numbers) {
                clock += Int64.random(in: 0...3000, using: &numbers)
                window.tick(now: clock)
            }
            out += Self.drain(&window)
        }
        #expect(window.late == 0)
        #expect(window.early == 0)
        window.closeAll()
        out += Self.drain(&window)
        #expect(out == all)
        #expect(window.isEmpty && window.bytes == 0)
    }

    @Test(arguments: UInt64(1)...20)
    func nothingIsLostOrDoubledWhateverHappens(_ seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        var window = MergeWindow<Int>(lateness: 50, byteLimit: 40)
        var out: [Int] = []
        for number in 0..<2000 {
            let source = Int.random(in: 0..<4, using: &numbers)
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0: window.reachedEnd(source)
            case 1: window.close(source)
            case 2: window.tick(now: Int64(number * 10))
            default: break
            }
            let time = Int64.random(in: (.min)...(.max), using: &numbers)
            let isTimed = Bool.random(using: &numbers)
            window.insert(
                number,
                at: isTimed ? EventTime(nanoseconds: time) : nil,
                size: 1,
                from: source
            )
            if number.isMultiple(of: 3) { out += Self.drain(&window) }
            #expect(window.bytes <= 43)
        }
        window.closeAll()
        out += Self.drain(&window)
        #expect(out.sorted() == Array(0..<2000))
    }

    @Test func aFullWindowLetsTheOldestGoAndSaysSo() {
        var window = MergeWindow<Int>(lateness: 1000, byteLimit: 30)
        window.open(2)
        for time in [30, 10, 20, 40] {
            window.insert(time, at: EventTime(nanoseconds: Int64(time)), size: 10, from: 1)
        }
        #expect(Self.drain(&window) == [10])
        #expect(window.early == 1)
        #expect(window.bytes == 30)
    }

    @Test func whoIsFarAheadIsHeldUntilItIsItsTurn() {
        var window = MergeWindow<Int>(lateness: 10, byteLimit: 100)
        func put(_ time: Int, _ source: Int, _ size: Int) {
            window.insert(time, at: EventTime(nanoseconds: Int64(time)), size: size, from: source)
        }
        window.open(1)
        window.open(2)
        put(100, 1, 40)
        put(5, 2, 1)
        window.tick(now: 0)
        #expect(window.nextFlow() == nil)
        put(120, 1, 20)
        window.tick(now: 0)
        #expect(window.nextFlow() == .hold(source: 1))
        #expect(window.nextFlow() == nil)
        put(125, 2, 1)
        window.tick(now: 0)
        #expect(window.nextFlow() == .resume(source: 1))
        #expect(window.nextFlow() == nil)
        // Whoever is behind is never held, and one whose peers are done goes on.
        put(400, 1, 60)
        window.tick(now: 0)
        #expect(window.nextFlow() == .hold(source: 1))
        window.close(2)
        window.tick(now: 0)
        #expect(window.nextFlow() == .resume(source: 1))
    }

    @Test func saysWhenToLookAgain() {
        var window = MergeWindow<Int>(lateness: 50)
        window.open(1)
        window.reachedEnd(1)
        window.tick(now: 7)
        #expect(window.due == nil)
        window.insert(1, at: EventTime(nanoseconds: 1000), size: 1, from: 1)
        window.reachedEnd(1)
        window.tick(now: 10)
        #expect(window.next() == nil)
        #expect(window.due == 60)
        window.tick(now: 60)
        #expect(window.next() == 1)
        #expect(window.due == nil)
    }
}
