// What can be done about an error, as a case: the words are the caller's, who knows its options.

extension KafkaError {
    /// The remedy of an error.
    public enum Remedy: Equatable, Sendable {
        /// Does the address belong to a broker at all?
        case checkAddress
        /// Is the port the broker's?
        case checkPort
        /// Is the host's name spelled right?
        case checkHostName
        /// Does a broker run at the address?
        case startBroker
        /// Is the address right, and the time long enough?
        case checkAddressOrWaitLonger
        /// There was no answer within the time for it.
        case waitLonger
        /// There was no answer within the time for what is in flight.
        case flushLonger
        /// The certificate of the authority that signed the broker's is needed.
        case trustAuthority
        /// Does the port speak TLS?
        case checkProtocol
        /// The port may speak TLS.
        case useTLS
        /// The port may want a login.
        case logIn
        /// The port may speak TLS or want a login.
        case useTLSOrLogIn
        /// Are the mechanism, the user's name and the password right?
        case checkLogin
        /// So are they, or the library is too old for how Kafka 4 ends SCRAM.
        case checkLoginOrLibrary
        /// Is the server of tokens right?
        case checkTokenServer
        /// The library takes larger records when it is configured to.
        case allowLargerRecords
        /// The sandbox has the topics that it is started with.
        case startSandboxWithTopics
        /// A real cluster can do it.
        case useRealCluster
    }
}
