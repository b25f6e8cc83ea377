// A request on its way: sent and answered in steps, by libcurl, which is loaded for the first one.
//
// 1. Nothing here waits but `step`, and that only as long as it is asked to.
// 2. libcurl writes to `received` and `reason` until its handles are gone: they are freed after them.

internal import CCurl

/// A POST in flight.
///
/// Redirections are not followed. Used from one thread. C: `curl_multi_perform`.
@safe public final class HTTPTransfer {
    private let curl: Curl
    private let multi: UnsafeMutableRawPointer
    private let handle: UnsafeMutableRawPointer
    private var headers: UnsafeMutableRawPointer?
    private let received = Received()
    private let reason: UnsafeMutablePointer<CChar>

    private static let reasonSize = 256

    /// Begins to send `request`, which must be answered within `timeout`.
    ///
    /// Nothing is sent before the first `step`. C: `curl_easy_init`, `curl_multi_add_handle`.
    /// - Throws: `HTTPError` when libcurl is not there, or cannot.
    public init(_ request: HTTPRequest, timeout: Duration) throws(HTTPError) {
        let curl = try unsafe Curl.loaded()
        guard let multi = unsafe curl.multiInit() else { throw HTTPError("libcurl: out of memory") }
        guard let handle = unsafe curl.easyInit() else {
            _ = unsafe curl.multiCleanup(multi)
            throw HTTPError("libcurl: out of memory")
        }
        unsafe self.curl = unsafe curl
        unsafe self.multi = unsafe multi
        unsafe self.handle = unsafe handle
        unsafe reason = .allocate(capacity: Self.reasonSize)
        unsafe reason.initialize(repeating: 0, count: Self.reasonSize)
        for header in request.headers {
            unsafe headers = unsafe curl.append(headers, "\(header.name): \(header.value)")
        }
        setTexts(of: request)
        setNumbers(timeout)
        setPlaces()
        let code = unsafe curl.multiAdd(multi, handle)
        guard code == 0 else { throw HTTPError("libcurl: error \(code)") }
    }

    deinit {
        _ = unsafe curl.multiRemove(multi, handle)
        unsafe curl.easyCleanup(handle)
        _ = unsafe curl.multiCleanup(multi)
        unsafe curl.freeList(headers)
        unsafe reason.deallocate()
    }

    /// Goes on with it, and waits for at most `timeout` for something to arrive.
    ///
    /// C: `curl_multi_perform`, `curl_multi_wait`, `curl_multi_info_read`.
    /// - Returns: nil while there is no answer yet.
    /// - Throws: `HTTPError` when there will be none.
    public func step(waiting timeout: Duration = .zero) throws(HTTPError) -> HTTPAnswer? {
        var running: Int32 = 0
        var code = unsafe curl.perform(multi, &running)
        let (seconds, attoseconds) = timeout.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        if code == 0, running > 0, milliseconds > 0 {
            _ = unsafe curl.wait(multi, nil, 0, Int32(clamping: milliseconds), nil)
            code = unsafe curl.perform(multi, &running)
        }
        guard code == 0 else { throw HTTPError("libcurl: error \(code)") }
        guard running == 0 else { return nil }
        var left: Int32 = 0
        var result: Int32 = -1
        while let message = unsafe curl.next(multi, &left) {
            result = unsafe max(result, kctl_curl_result(message))
        }
        guard result == 0 else {
            let text = unsafe String(cString: reason)
            throw HTTPError(text.isEmpty ? "libcurl: error \(result)" : text)
        }
        let status = unsafe kctl_curl_status(curl.getInfo, handle)
        return HTTPAnswer(status: status, body: received.body)
    }

    private func setTexts(of request: HTTPRequest) {
        let call = unsafe curl.setOption
        // libcurl copies all of these texts.
        func copy(_ option: Int, _ text: String) {
            unsafe text.withCString {
                unsafe _ = kctl_curl_set_pointer(call, handle, Int32(option), $0)
            }
        }
        copy(KCTL_CURLOPT_URL, request.url)
        if let credentials = request.credentials {
            copy(KCTL_CURLOPT_USERPWD, "\(credentials.name):\(credentials.password)")
        }
        if let path = request.authorityPath { copy(KCTL_CURLOPT_CAINFO, path) }
        // The size first: it is how much is copied.
        set(KCTL_CURLOPT_POSTFIELDSIZE, request.body.count)
        unsafe request.body.withUnsafeBytes { body in
            unsafe _ = kctl_curl_set_pointer(
                call,
                handle,
                Int32(KCTL_CURLOPT_COPYPOSTFIELDS),
                body.baseAddress ?? UnsafeRawPointer(reason)
            )
        }
    }

    private func setNumbers(_ timeout: Duration) {
        let (seconds, attoseconds) = timeout.components
        let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        set(KCTL_CURLOPT_NOSIGNAL, 1)
        set(KCTL_CURLOPT_PROTOCOLS, Int(KCTL_CURLPROTO_HTTP_AND_HTTPS))
        set(KCTL_CURLOPT_TIMEOUT_MS, max(milliseconds, 1))
        // A thread that looks up a name is not waited for; libcurl before 7.87 does not know this.
        set(KCTL_CURLOPT_QUICK_EXIT, 1)
    }

    private func set(_ option: Int, _ number: Int) {
        unsafe _ = kctl_curl_set_long(curl.setOption, handle, Int32(option), number)
    }

    private func setPlaces() {
        let call = unsafe curl.setOption
        unsafe kctl_curl_set_pointer(call, handle, Int32(KCTL_CURLOPT_HTTPHEADER), headers)
        unsafe kctl_curl_set_pointer(call, handle, Int32(KCTL_CURLOPT_ERRORBUFFER), reason)
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
    }
}

/// The bytes that have arrived.
private final class Received {
    var body: [UInt8] = []
}
