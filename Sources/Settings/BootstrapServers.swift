// Checks the list of broker addresses, which librdkafka would take apart silently and late.

/// The form of a bootstrap list: `host[:port]`, separated by commas.
enum BootstrapServers {
    /// The list without blanks and empty entries.
    ///
    /// - Throws: when no address is left, or one has a port that is none.
    static func normalised(_ setting: Setting) throws(SettingsError) -> String {
        let entries = setting.value.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
        guard !entries.isEmpty else {
            throw SettingsError(
                "'\(setting.name)' names no broker",
                origin: setting.origin,
                hint: "host:port[,host:port...]",
                excerpt: setting.source?.excerpt
            )
        }
        for entry in entries {
            guard let fault = fault(of: entry) else { continue }
            throw SettingsError(
                "'\(entry)' is no broker address: \(fault)",
                origin: setting.origin,
                hint: "host:port[,host:port...]",
                excerpt: setting.source?.excerpt
            )
        }
        return entries.joined(separator: ",")
    }

    private static func fault(of entry: String) -> String? {
        guard !entry.contains(where: { $0.isWhitespace }) else { return "it contains a blank" }
        var address = entry[...]
        if let scheme = address.firstRange(of: "://") {
            address = address[scheme.upperBound...]
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
        }
        if host.isEmpty { return "the host is missing" }
        guard let port else { return nil }
        let isNumber = !port.isEmpty && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let number = Int(port), (1...65535).contains(number) else {
            return "the port must be a number from 1 to 65535"
        }
        return nil
    }
}

/// The text without blanks and control characters at its ends, as Java's `String.trim`.
func trimmed(_ text: some StringProtocol) -> String {
    let scalars = String(text).unicodeScalars
    guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
        let last = scalars.lastIndex(where: { $0.value > 0x20 })
    else { return "" }
    return String(scalars[first...last])
}
