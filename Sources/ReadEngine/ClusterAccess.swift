// A client with the time that one call to its cluster may take.

package import KafkaCore
package import Reactor

/// The access to a cluster that a reader is made with.
package struct ClusterAccess {
    /// The client.
    package let client: Client
    /// The longest time that one call to the cluster may take.
    package let timeout: Duration
    /// The clock.
    package let clock: any Clock

    package init(_ client: Client, timeout: Duration, clock: any Clock) {
        self.client = client
        self.timeout = timeout
        self.clock = clock
    }
}
