// What a command may advise: of options only those that it has.
//
// Errors are made far from the command that is called, by code that several commands share.

import Arguments
import KafkaCore

extension Context {
    /// Returns true when the command that runs has the option that `text` begins with.
    ///
    /// True for what begins with no option.
    package func isOffered(_ text: String) -> Bool {
        guard text.hasPrefix("--"), let command else { return true }
        let name = text.dropFirst(2).prefix { $0 == "-" || $0.isLetter || $0.isNumber }
        return command.flags.contains { flag in
            ([flag.long] + flag.aliases).contains { $0 == name || "no-" + $0 == name }
        }
    }
}

extension KafkaError.Remedy {
    /// The advice, in the options that every command with a cluster has.
    var text: String {
        switch self {
        case .checkAddress: "check that the address is a broker's"
        case .checkPort: "check the port"
        case .checkHostName: "check the host name in --bootstrap-server"
        case .startBroker: "check that a broker runs there, or set --bootstrap-server"
        case .checkAddressOrWaitLonger: "check the address, or wait longer with --timeout"
        case .waitLonger: "wait longer with --timeout"
        case .flushLonger: "wait longer with --flush-timeout"
        case .trustAuthority:
            "set ssl.ca.location to the CA certificate that signed the broker's certificate"
        case .checkProtocol: "check -X security.protocol and the port"
        case .useTLS: "the port may speak TLS: -X security.protocol=ssl"
        case .logIn: "the port may require a login: -X security.protocol=sasl_plaintext"
        case .useTLSOrLogIn: "the port may require TLS or a login: check -X security.protocol"
        case .checkLogin: "check sasl.mechanism, sasl.username and sasl.password"
        case .checkLoginOrLibrary:
            "check sasl.username and sasl.password; SCRAM with Kafka 4 requires librdkafka 2.6.1 or"
                + " newer, this is \(Features.libraryVersion)"
        case .checkTokenServer:
            "check sasl.oauthbearer.token.endpoint.url and the other sasl.oauthbearer properties"
        case .allowLargerRecords: "raise the limit with -X message.max.bytes=N"
        case .startSandboxWithTopics:
            "start the sandbox with topics: kctl sandbox --topic NAME:PARTITIONS"
        case .useRealCluster: "use a real cluster: --bootstrap-server"
        }
    }
}
