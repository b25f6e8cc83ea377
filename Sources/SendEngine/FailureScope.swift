// What a failure concerns: a record alone, its topic, the client, or nothing but the time.

package import KafkaCore

/// The reach of a failure; an error says by `isRetriable` whether trying again may help.
package enum FailureScope: Sendable {
    /// The record alone: it is too large, invalid, or names a partition that is not there.
    case record
    /// Its topic, or the cluster: others may fail for the same reason.
    case cluster
    /// The client, which can send nothing more.
    case client
    /// Nobody's fault: the record was dropped by a purge.
    case dropped
}

extension Sender {
    /// Returns what a failure of one record concerns, and the error that explains it.
    ///
    /// The library drops what it has when it can do no more; then the fatal error is the reason.
    package func explanation(of error: KafkaError) -> (scope: FailureScope, error: KafkaError) {
        guard error.isPurged else { return (Self.scope(of: error), error) }
        guard !isPurging, let fatal = client.fatalError else { return (.dropped, error) }
        return (.client, fatal)
    }

    /// Returns what an error concerns by itself.
    static func scope(of error: KafkaError) -> FailureScope {
        switch error.kind {
        case .tooLarge, .invalid: .record
        case .notFound: error.isMissingPartition ? .record : .cluster
        case .alreadyExists, .unreachable, .refused, .timedOut, .unsupported, .other: .cluster
        }
    }
}
