// Tokens to log in with (OAUTHBEARER), fetched in steps on the caller's thread when the library asks.

public import Reactor

internal import CRdkafka
import Glibc

/// A token to log in with.
public struct LoginToken: Equatable, Sendable {
    /// The token, as it is sent to brokers.
    public var value: String
    /// The principal it is for.
    public var principal: String
    /// Until when it is valid, in milliseconds since 1970.
    public var expires: Int64
    /// More properties sent to brokers, by name.
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

    /// Returns true when all of both is the same.
    public static func == (left: LoginToken, right: LoginToken) -> Bool {
        left.value == right.value && left.principal == right.principal
            && left.expires == right.expires
            && left.extensions.elementsEqual(right.extensions, by: ==)
    }
}

/// Begins to fetch a token.
public typealias TokenSource = () -> TokenFetch

/// Goes on to fetch a token, and waits for at most the given time; nil while there is none yet.
///
/// Called again and again until it returns a token, or says in one line why there is none.
public typealias TokenFetch = (Duration) -> Result<LoginToken, TokenError>?

/// The reason there is no token.
public struct TokenError: Error, Equatable, Sendable {
    /// In one line without a full stop.
    public let reason: String

    /// Describes an error.
    public init(_ reason: String) {
        self.reason = reason
    }
}

extension Client {
    /// The time between two calls of `serve` while a token is being fetched.
    private static let fetchInterval = Duration.milliseconds(50)

    /// Returns the time to call `serve` again though nothing raises the wakeup; nil when there is
    /// none.
    ///
    /// While a token is fetched, it is `serve` that goes on with it.
    public func nextServe(after now: Instant) -> Instant? {
        tokenFetch == nil ? nil : now + Self.fetchInterval
    }

    /// Returns the part of `timeout` after which `serve` has something to do though no event has
    /// come.
    func slice(of timeout: Duration) -> Duration {
        tokenFetch == nil ? timeout : min(timeout, Self.fetchInterval)
    }

    /// Begins to fetch the token that the library asks for; waits for the first one.
    ///
    /// Before the first the library connects to no broker, and its source sets it a time. Later
    /// ones are asked for while the last is still valid: `continueFetch` goes on with them.
    func beginFetch() {
        guard let tokens, tokenFetch == nil else { return }
        tokenFetch = tokens()
        while !hasHadToken, tokenFetch != nil { continueFetch(waiting: .milliseconds(200)) }
        hasHadToken = true
    }

    /// Goes on with the fetch in flight, if there is one.
    func continueFetch(waiting time: Duration = .zero) {
        guard let answer = tokenFetch?(time) else { return }
        tokenFetch = nil
        if case .success(let token) = answer { lastToken = token }
        handOver(answer)
    }

    /// Takes over the token of another client, or waits for one of its own.
    func logIn(like other: Client) {
        guard tokens != nil else { return }
        guard let token = other.lastToken else { return serve(waiting: .milliseconds(500)) }
        lastToken = token
        hasHadToken = true
        handOver(.success(token))
    }

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
