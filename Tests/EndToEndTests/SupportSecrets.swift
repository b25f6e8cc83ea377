// Passwords of the tests' clusters: whatever a program prints is searched for them.

import Testing

/// What kctl must never print.
enum Secrets {
    private static let all = ["admin-secret", "alice-secret", "let-me-in"].map { Array($0.utf8) }
    /// Commands whose work is to write settings out as a file, secrets and all.
    private static let translations = ["from-properties", "to-properties"]

    /// Looks through what a program has printed; other programs than kctl may print what they like.
    static func check(_ title: String, _ streams: [[UInt8]], at place: SourceLocation) {
        guard title.hasPrefix(Kctl.path), !translations.contains(where: title.contains) else {
            return
        }
        for secret in all where streams.contains(where: { holds($0, secret) }) {
            let text = String(decoding: secret, as: UTF8.self)
            Issue.record("'\(text)' was printed by \(title)", sourceLocation: place)
        }
    }

    private static func holds(_ bytes: [UInt8], _ secret: [UInt8]) -> Bool {
        guard let first = secret.first else { return false }
        var rest = bytes[...]
        while let place = rest.firstIndex(of: first) {
            rest = rest[place...]
            if rest.starts(with: secret) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
