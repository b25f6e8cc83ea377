// One HTTP request, and what comes of it: `HTTPTransfer` sends it.

/// The reason there is no answer.
public struct HTTPError: Error, Equatable, Sendable {
    /// The reason, in one line without a full stop.
    public let reason: String
    /// The hint at what to do about it, when that is known.
    public let hint: String?

    /// Describes an error.
    public init(_ reason: String, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }
}

/// The answer of a server.
public struct HTTPAnswer: Equatable, Sendable {
    /// The status, such as 200.
    public let status: Int
    /// The body, at most `HTTPRequest.limit` bytes.
    public let body: [UInt8]
}

/// A form that is sent to a server.
public struct HTTPRequest: Sendable {
    /// The address it goes to, by http or https.
    public var url: String
    /// Name and value of each header.
    public var headers: [(name: String, value: String)] = []
    /// The body.
    public var body: [UInt8] = []
    /// Name and password for basic authentication.
    public var credentials: (name: String, password: String)?
    /// A file of trusted certificates; nil for the system's.
    public var authorityPath: String?

    /// A longer body is an error.
    public static let limit = 1 << 20

    /// Makes a request without a body.
    public init(url: String) {
        self.url = url
    }
}
