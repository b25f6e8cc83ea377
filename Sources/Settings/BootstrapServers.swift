// Checks the list of broker addresses, which librdkafka would take apart silently and late.

/// The form of a bootstrap list: `host[:port]`, separated by commas.
enum BootstrapServers {
    /// Returns the list without blanks and empty entries.
    ///
    /// - Throws: when no address is left, or one has a port that is none.
    static func normalised(_ setting: Setting) throws(SettingsError) -> String {
        let entries = setting.value.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
        guard !entries.isEmpty else {
            throw SettingsError(
                "'\(setting.name)' has no broker address",
                origin: setting.origin,
                hint: "host:port[,host:port...]",
                excerpt: setting.source?.excerpt
            )
        }
        for entry in entries {
            guard let fault = fault(of: entry) else { continue }
            throw SettingsError(
                "'\(URLText.address(entry))' is not a broker address: \(fault)",
                origin: setting.origin,
                hint: "host:port[,host:port...]",
                excerpt: setting.source?.excerpt
            )
        }
        return entries.joined(separator: ",")
    }

    private static func fault(of entry: String) -> String? {
        guard !entry.contains(where: { $0.isWhitespace }) else { return "it contains a space" }
        var address = entry[...]
        if let mark = address.firstRange(of: "://") {
            let scheme = address[..<mark.lowerBound]
            guard schemes.contains(scheme.lowercased()) else {
                return "'\(scheme)' is not a Kafka protocol; remove '\(scheme)://'"
            }
            address = address[mark.upperBound...]
        }
        let host: Substring
        var port: Substring?
        if address.first == "[" {
            guard let close = address.firstIndex(of: "]") else { return "']' is missing" }
            host = address[address.index(after: address.startIndex)..<close]
            let rest = address[address.index(after: close)...]
            guard rest.isEmpty || rest.first == ":" else { return "':' is missing after ']'" }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if address.count(where: { $0 == ":" }) == 1 {
            let colon = address.firstIndex(of: ":") ?? address.endIndex
            host = address[..<colon]
            port = address[colon...].dropFirst()
        } else {
            // No port, or an IPv6 address without brackets.
            host = address
            if host.contains(":"), !isIPv6(host) {
                return "it has more than one ':' but is not an IPv6 address"
            }
        }
        if host.isEmpty { return "the host is missing" }
        if let sign = host.first(where: { "/@?#=;\"'<>()\\[]".contains($0) }) {
            return "the host contains '\(sign)'"
        }
        guard let port else { return nil }
        let isNumber = !port.isEmpty && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let number = Int(port), (1...65535).contains(number) else {
            return "the port must be a number from 1 to 65535"
        }
        return nil
    }

    /// The words that may stand before `://`, as in Kafka's listeners.
    private static let schemes = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]

    /// Groups of hexadecimal digits, one run of them left out at most; the end may be an IPv4
    /// address, and the name of an interface.
    private static func isIPv6(_ host: Substring) -> Bool {
        let number = host.prefix { $0 != "%" }
        var groups = number.split(separator: ":", omittingEmptySubsequences: false)
        let gaps = number.ranges(of: "::").count
        guard gaps <= 1, !number.contains(":::") else { return false }
        var count = 0
        if let last = groups.last, last.contains(".") {
            let bytes = last.split(separator: ".", omittingEmptySubsequences: false)
            guard bytes.count == 4, bytes.allSatisfy({ UInt8($0) != nil }) else { return false }
            groups.removeLast()
            count = 2
        }
        for group in groups where !group.isEmpty {
            guard group.utf8.count <= 4, UInt16(group, radix: 16) != nil else { return false }
            count += 1
        }
        return gaps == 1 ? count < 8 : count == 8
    }
}

/// Returns the text without blanks and control characters at its ends, as Java's `String.trim`.
func trimmed(_ text: some StringProtocol) -> String {
    let scalars = String(text).unicodeScalars
    guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
        let last = scalars.lastIndex(where: { $0.value > 0x20 })
    else { return "" }
    return String(scalars[first...last])
}
