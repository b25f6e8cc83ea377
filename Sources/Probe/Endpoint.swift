// Addresses by name and by number.

import Glibc

/// A host and a port, as in `bootstrap.servers`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// The host's name or number, without brackets.
    public let host: String
    /// The port.
    public let port: UInt16

    /// Names a host and a port.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host`, `host:port`, `[::1]:port` and `scheme://host:port`; nil for anything else.
    public init?(_ text: String) {
        var rest = Substring(text)
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        var host = rest
        var port: Substring?
        if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
            host = rest[rest.index(after: rest.startIndex)..<close]
            let tail = rest[rest.index(after: close)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = rest.lastIndex(of: ":") {
            host = rest[..<colon]
            port = rest[rest.index(after: colon)...]
            // A number with colons needs its brackets: what is the port is not to be guessed.
            guard !host.contains(where: { "[]:".contains($0) }) else { return nil }
        }
        guard !host.isEmpty, let number = UInt16(port ?? "9092"), number > 0 else { return nil }
        self.init(host: String(host), port: number)
    }

    /// `host:port`, a host with colons in brackets.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Returns the addresses that the host's name means, in the order in which to try them.
    ///
    /// Waits as long as the system's resolver does. C: `getaddrinfo`.
    /// - Throws: `ProbeError` of kind `unknownName`.
    public func addresses() throws(ProbeError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        guard status == 0 else {
            let text = unsafe String(cString: gai_strerror(status))
            throw ProbeError(.unknownName, text.prefix(1).lowercased() + text.dropFirst())
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = unsafe list
        while let item = unsafe next {
            let address = unsafe SocketAddress(item.pointee)
            if let address, !found.contains(address) { found.append(address) }
            unsafe next = unsafe item.pointee.ai_next
        }
        return found
    }
}

/// A number that can be connected to.
public struct SocketAddress: Equatable, Sendable, CustomStringConvertible {
    let family: Int32
    let bytes: [UInt8]
    /// The number as it is written, without the port.
    public let description: String

    init?(_ info: addrinfo) {
        guard let address = unsafe info.ai_addr else { return nil }
        family = unsafe info.ai_family
        bytes = unsafe [UInt8](
            UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
        )
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let size = socklen_t(text.count)
        let status = unsafe getnameinfo(
            address,
            info.ai_addrlen,
            &text,
            size,
            nil,
            0,
            NI_NUMERICHOST
        )
        guard status == 0 else { return nil }
        description = String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}
