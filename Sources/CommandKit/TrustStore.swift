// Which folders' files the user has trusted.
// A small file each in the state folder, so that two commands at once never lose one another's.

import Crypto
import JSON
import Reactor

/// A file and the digest of its bytes.
package struct FileDigest: Equatable {
    package let path: String
    package let sha256: String

    package init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }

    package init(_ bytes: [UInt8], at path: String) throws(CommandError) {
        self.init(path: path, sha256: try SHA256.hex(of: bytes))
    }
}

/// The bytes that were trusted: a folder's file, and the properties files that it named.
package struct TrustRecord: Equatable {
    /// The folder's file first.
    package let files: [FileDigest]

    package var path: String { files.first?.path ?? "" }
    package var sha256: String { files.first?.sha256 ?? "" }

    package init(_ files: [FileDigest]) {
        self.files = files
    }

    /// Reads what `line` has written; nil for anything else.
    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes.span.bytes),
            let items = json["files"]?.array
        else { return nil }
        files = items.compactMap { item in
            guard let path = item["path"]?.string, let sha256 = item["sha256"]?.string else {
                return nil
            }
            return FileDigest(path: path, sha256: sha256)
        }
        guard files.count == items.count, !files.isEmpty else { return nil }
    }

    /// The record as one line of JSON.
    package var line: String {
        var json = JSONWriter()
        json.beginObject()
        json.key("files")
        json.beginArray()
        for file in files {
            json.beginObject()
            json.key("path")
            json.string(file.path)
            json.key("sha256")
            json.string(file.sha256)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.text
    }
}

/// The records of this user.
package struct TrustStore {
    private let folder: String

    private static let limit = 1 << 20
    private static let ending = ".json"

    /// The store in `$XDG_STATE_HOME/kctl/trust`, or else in `~/.local/state`; nil without either.
    package init?(_ environment: [String: String]) {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            folder = state + "/kctl/trust"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            folder = (home == "/" ? "" : home) + "/.local/state/kctl/trust"
        } else {
            return nil
        }
    }

    /// Returns the record of trust for the file at `path`; nil when there is none.
    package func record(of path: String) throws(CommandError) -> TrustRecord? {
        let record = read(try name(of: path))
        return record?.path == path ? record : nil
    }

    /// Returns every record, by path.
    package func all() throws(CommandError) -> [TrustRecord] {
        let names: [String]
        do { names = try Files.names(in: folder) } catch {
            throw CommandError(error, doing: "cannot read '\(folder)'")
        }
        return names.filter { $0.hasSuffix(Self.ending) }.compactMap(read)
            .sorted { $0.path < $1.path }
    }

    /// Keeps what is trusted from now on.
    package func keep(_ record: TrustRecord) throws(CommandError) {
        let path = "\(folder)/\(try name(of: record.path))"
        do {
            try Files.makeDirectory(folder)
            try Files.replace(path, with: Array(record.line.utf8), isDurable: true)
        } catch {
            throw CommandError(error, doing: "cannot write '\(path)'")
        }
    }

    /// Forgets what was trusted of the file at `path`.
    package func remove(_ path: String) throws(CommandError) {
        let place = "\(folder)/\(try name(of: path))"
        do { try Files.remove(place) } catch {
            throw CommandError(error, doing: "cannot remove '\(place)'")
        }
    }

    /// A record is the user's own, or it is none.
    private func read(_ name: String) -> TrustRecord? {
        guard
            case .bytes(let bytes, _)? = try? Files.readBeneath(
                name,
                in: folder,
                limit: Self.limit
            )
        else { return nil }
        return TrustRecord(bytes)
    }

    private func name(of path: String) throws(CommandError) -> String {
        try SHA256.hex(of: Array(path.utf8)) + Self.ending
    }
}
