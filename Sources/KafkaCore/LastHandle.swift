// Destroying a client, which librdkafka may never finish.
// A thread of its own that waits for a name or for a reference that an answer has muddled is waited
// for without end.
//
// 1. The handle is destroyed in a thread, which is waited for only for a time.
// 2. What the library's threads write to lives until they are gone, for ever if need be.

internal import CRdkafka
import Glibc
import Reactor
import Synchronization

/// The number of clients left to the end of the process, since they could not be destroyed in time.
private let leftClients = Atomic(0)

extension Client {
    /// True when threads of a destroyed client may still run.
    ///
    /// Then the process ends without the library's own last steps, which they would disturb.
    public static var hasLeftThreads: Bool { leftClients.load(ordering: .relaxed) > 0 }
}

/// A handle that is no longer used, and what its threads may still write to.
@unsafe final class LastHandle {
    private let raw: OpaquePointer
    private let wakeup: Wakeup?
    private let joinWatch: JoinWatch?
    private let done: Wakeup?

    init(_ raw: OpaquePointer, _ wakeup: Wakeup?, _ joinWatch: JoinWatch?) {
        unsafe self.raw = unsafe raw
        unsafe self.wakeup = wakeup
        unsafe self.joinWatch = joinWatch
        unsafe done = try? Wakeup()
    }

    /// Destroys it, and waits for that for at most `limit`.
    ///
    /// C: `rd_kafka_destroy_flags`, `pthread_create`.
    func destroy(within limit: Duration) {
        guard let done = unsafe done else { return unsafe destroyNow() }
        var thread = pthread_t()
        // The thread owns this object from here on, and may do so for ever.
        let argument = unsafe Unmanaged.passRetained(self).toOpaque()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let handle = unsafe Unmanaged<LastHandle>.fromOpaque(argument).takeRetainedValue()
                unsafe handle.destroyNow()
                unsafe handle.done?.raise()
                return nil
            },
            argument
        )
        guard code == 0 else {
            unsafe Unmanaged<LastHandle>.fromOpaque(argument).release()
            return unsafe destroyNow()
        }
        let clock = SystemClock()
        var loop = Loop<Int>(clock: clock)
        loop.watch(done.number, for: .readable, as: 0)
        if (try? loop.wait(until: clock.now + limit)) == true {
            pthread_join(thread, nil)
        } else {
            leftClients.add(1, ordering: .relaxed)
            pthread_detach(thread)
        }
    }

    /// Leaves it to the end of the process.
    func leave() {
        // What the library's threads write to must not go before them.
        _ = unsafe Unmanaged.passRetained(self)
        leftClients.add(1, ordering: .relaxed)
    }

    private func destroyNow() {
        unsafe rd_kafka_destroy_flags(raw, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }
}
