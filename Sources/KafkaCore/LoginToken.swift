// Tokens to log in with (OAUTHBEARER), fetched on the caller's thread when the library asks.

internal import CRdkafka
import Glibc

/// A token to log in with.
public struct LoginToken: Equatable, Sendable {
    /// The token, as it is sent to brokers.
    public var value: String
    /// Who it is for.
    public var principal: String
    /// Until when it is valid, in milliseconds since 1970.
    public var expires: Int64
    /// More that brokers are told, by name.
    public var extensions: [(name: String, value: String)]

    /// Makes a token.
    public init(
        _ value: String,
        principal: String,
        expires: Int64,
        extensions: [(name: String, value: String)] = []
    ) {
        self.value = value
        self.principal = principal
        self.expires = expires
        self.extensions = extensions
    }

    /// Whether all of both is the same.
    public static func == (left: LoginToken, right: LoginToken) -> Bool {
        left.value == right.value && left.principal == right.principal
            && left.expires == right.expires
            && left.extensions.elementsEqual(right.extensions, by: ==)
    }
}

/// Fetches a token, or says in one line why there is none.
public typealias TokenSource = () -> Result<LoginToken, TokenError>

/// Why there is no token.
public struct TokenError: Error, Equatable, Sendable {
    /// In one line without a full stop.
    public let reason: String

    /// Describes a trouble.
    public init(_ reason: String) {
        self.reason = reason
    }
}

extension Client {
    /// Hands the library a token, or the reason why there is none.
    ///
    /// C: `rd_kafka_oauthbearer_set_token`, `rd_kafka_oauthbearer_set_token_failure`.
    func handOver(_ answer: Result<LoginToken, TokenError>) {
        switch answer {
        case .failure(let error):
            unsafe rd_kafka_oauthbearer_set_token_failure(raw, error.reason)
        case .success(let token):
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
            defer { unsafe text.deallocate() }
            let words = token.extensions.flatMap { [$0.name, $0.value] }
            var extensions: [UnsafePointer<CChar>?] = unsafe words.map { word in
                unsafe strdup(word).map { unsafe UnsafePointer($0) }
            }
            defer {
                unsafe extensions.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
            }
            let code = unsafe rd_kafka_oauthbearer_set_token(
                raw,
                token.value,
                token.expires,
                token.principal,
                &extensions,
                words.count,
                text,
                512
            )
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            unsafe rd_kafka_oauthbearer_set_token_failure(raw, text)
        }
    }
}
