// Names remembered for some seconds: a shell asks anew at every press of the key.
//
// A file in the user's cache folder, one a cluster; its first line is the time it was written.

import CommandKit
import Reactor

/// The remembered names of one cluster.
struct NameCache {
    private let path: String
    private let folder: String
    private let clock: any Clock

    private static let freshMilliseconds: Int64 = 10_000

    /// The cache for what `key` says of a cluster; nil when there is no folder for it.
    init?(_ key: String, _ context: Context) {
        let root: String
        if let cache = context.environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            root = cache
        } else if let home = context.environment["HOME"], home.hasPrefix("/") {
            root = home + "/.cache"
        } else {
            return nil
        }
        // The key may hold a password: only its hash is written (FNV-1a).
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        folder = root + "/kctl"
        path = folder + "/names-" + String(hash, radix: 16)
        clock = context.clock
    }

    /// The names, unless they are too old or there are none.
    var names: String? {
        guard let file = try? Descriptor.reading(path),
            let bytes = try? file.readAll(limit: 1 << 24)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstIndex(of: "\n"), let time = Int64(text[..<end]) else {
            return nil
        }
        let age = clock.unixMilliseconds.subtractingReportingOverflow(time).partialValue
        guard (0..<Self.freshMilliseconds).contains(age) else { return nil }
        return String(text[text.index(after: end)...])
    }

    /// Keeps the names; a folder that cannot be written is no failure.
    func remember(_ names: String) {
        try? Files.makeDirectory(folder)
        _ = try? Files.replace(path, with: Array("\(clock.unixMilliseconds)\n\(names)".utf8))
    }
}
