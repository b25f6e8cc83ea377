// One HTTP request by libcurl, which is loaded when the first is made.

internal import CCurl
import Glibc

/// Why there is no answer.
public struct HTTPError: Error, Equatable, Sendable {
    /// What is wrong, in one line without a full stop.
    public let reason: String
    /// What to do about it, when that is known.
    public let hint: String?

    /// Describes a trouble.
    public init(_ reason: String, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }
}

/// What a server answered.
public struct HTTPAnswer: Equatable, Sendable {
    /// The status, such as 200.
    public let status: Int
    /// The body, at most `HTTPRequest.limit` bytes.
    public let body: [UInt8]
}

/// A form that is sent to a server.
public struct HTTPRequest: Sendable {
    /// Where to, by http or https.
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

    /// Sends it as a POST and waits for the answer, redirections not followed.
    ///
    /// C: `curl_easy_perform`.
    /// - Throws: `HTTPError` when there is no answer, or no libcurl.
    public func post(timeout: Duration) throws(HTTPError) -> HTTPAnswer {
        let curl = try unsafe Curl.loaded()
        guard let handle = unsafe curl.easyInit() else { throw HTTPError("libcurl: out of memory") }
        defer { unsafe curl.easyCleanup(handle) }
        let received = Received()
        var list: UnsafeMutableRawPointer?
        for header in headers {
            unsafe list = unsafe curl.append(list, "\(header.name): \(header.value)")
        }
        defer { unsafe curl.freeList(list) }
        let (seconds, attoseconds) = timeout.components
        let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        let call = unsafe curl.setOption
        unsafe kctl_curl_set_long(call, handle, Int32(KCTL_CURLOPT_NOSIGNAL), 1)
        unsafe kctl_curl_set_long(
            call,
            handle,
            Int32(KCTL_CURLOPT_PROTOCOLS),
            KCTL_CURLPROTO_HTTP_AND_HTTPS
        )
        unsafe kctl_curl_set_long(
            call,
            handle,
            Int32(KCTL_CURLOPT_TIMEOUT_MS),
            max(milliseconds, 1)
        )
        unsafe kctl_curl_set_long(
            call,
            handle,
            Int32(KCTL_CURLOPT_POSTFIELDSIZE),
            body.count
        )
        unsafe kctl_curl_set_pointer(call, handle, Int32(KCTL_CURLOPT_HTTPHEADER), list)
        // All of these texts are copied by libcurl, but for the body and the place for its errors.
        func set(_ option: Int, _ text: String) {
            unsafe text.withCString {
                unsafe _ = kctl_curl_set_pointer(call, handle, Int32(option), $0)
            }
        }
        set(KCTL_CURLOPT_URL, url)
        if let credentials {
            let text = "\(credentials.name):\(credentials.password)"
            set(KCTL_CURLOPT_USERPWD, text)
        }
        if let authorityPath { set(KCTL_CURLOPT_CAINFO, authorityPath) }
        unsafe kctl_curl_set_pointer(
            call,
            handle,
            Int32(KCTL_CURLOPT_WRITEDATA),
            Unmanaged.passUnretained(received).toOpaque()
        )
        unsafe kctl_curl_set_writer(call, handle) { bytes, size, count, place in
            guard let place = unsafe place, let bytes = unsafe bytes else { return 0 }
            let received = unsafe Unmanaged<Received>.fromOpaque(place).takeUnretainedValue()
            let length = size * count
            guard received.body.count + length <= HTTPRequest.limit else { return 0 }
            unsafe received.body.append(
                contentsOf: UnsafeRawBufferPointer(start: bytes, count: length)
            )
            return length
        }
        var reason = [CChar](repeating: 0, count: 256)
        let code = unsafe body.withUnsafeBytes { body in
            unsafe reason.withUnsafeMutableBufferPointer { reason in
                unsafe kctl_curl_set_pointer(
                    call,
                    handle,
                    Int32(KCTL_CURLOPT_POSTFIELDS),
                    body.baseAddress ?? UnsafeRawPointer(reason.baseAddress)
                )
                unsafe kctl_curl_set_pointer(
                    call,
                    handle,
                    Int32(KCTL_CURLOPT_ERRORBUFFER),
                    reason.baseAddress
                )
                return unsafe curl.perform(handle)
            }
        }
        guard code == 0 else {
            let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let text = String(decoding: bytes, as: UTF8.self)
            throw HTTPError(text.isEmpty ? "libcurl: error \(code)" : text)
        }
        let status = unsafe kctl_curl_status(curl.getInfo, handle)
        return HTTPAnswer(status: status, body: received.body)
    }
}

/// What has arrived.
private final class Received {
    var body: [UInt8] = []
}
