// librdkafka blocks all signals in its threads.
// A fault in a thread that blocks its signal ends the process without a handler: no message could
// say what has happened.

internal import CRdkafka
import Glibc

/// Lets the library's threads take the signals of their own faults.
enum FaultSignals {
    /// Has each thread of the client that is made from `configuration` unblock them.
    ///
    /// The second place where librdkafka's threads call us: once each, as they begin.
    /// C: `rd_kafka_interceptor_add_on_thread_start`, `pthread_sigmask`.
    static func unblock(_ configuration: OpaquePointer?) {
        unsafe rd_kafka_conf_interceptor_add_on_new(
            configuration,
            "kctl-faults",
            { client, _, _, _, _ in
                unsafe rd_kafka_interceptor_add_on_thread_start(
                    client,
                    "kctl-faults",
                    { _, _, _, _ in
                        var faults = sigset_t()
                        unsafe sigemptyset(&faults)
                        for number in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] {
                            unsafe sigaddset(&faults, number)
                        }
                        unsafe pthread_sigmask(SIG_UNBLOCK, &faults, nil)
                        return RD_KAFKA_RESP_ERR_NO_ERROR
                    },
                    nil
                )
            },
            nil
        )
    }
}
