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
        case .checkAddress: "is the address that of a broker?"
        case .checkPort: "check the port"
        case .checkHostName: "check the host name in --bootstrap-server"
        case .startBroker: "is a broker running there? see --bootstrap-server"
        case .checkAddressOrWaitLonger: "check the address, or give it longer with --timeout"
        case .waitLonger: "--timeout"
        case .flushLonger: "--flush-timeout"
        case .trustAuthority:
            "ssl.ca.location has to be the certificate of the authority that signed the broker's"
        case .checkProtocol: "check -X security.protocol and the port"
        case .useTLS: "the port may speak TLS: -X security.protocol=ssl"
        case .logIn: "the port may want a login: -X security.protocol=sasl_plaintext"
        case .useTLSOrLogIn: "the port may want TLS or a login: check -X security.protocol"
        case .checkLogin: "check sasl.mechanism, sasl.username and sasl.password"
        case .checkLoginOrLibrary:
            "check sasl.username and sasl.password; Kafka 4 needs librdkafka 2.6.1 or newer for"
                + " SCRAM, this is \(Features.libraryVersion)"
        case .checkTokenServer: "check sasl.oauthbearer.token.endpoint.url and what goes with it"
        case .allowLargerRecords: "raise it with -X message.max.bytes=N"
        case .startSandboxWithTopics: "give topics to it with kctl sandbox --topic NAME:PARTITIONS"
        case .useRealCluster: "a real cluster does: --bootstrap-server"
        }
    }
}
