// A folder's own file: found, read once, and compared with what the user has trusted.
//
// 1. What is compared is what is used: the bytes are not read again, nor are those of the properties
//    files that it names.
// 2. A file that is not trusted leads to nothing outside of its folder, and through no link.

import Reactor
package import Settings

/// A folder's own file as it was read.
package struct FolderFile {
    /// The largest file that is read.
    package static let limit = 1 << 20

    /// The file; whether it is trusted stands there.
    package var file: SettingsFile
    /// The record that trusting it as it is now would keep.
    package var record: TrustRecord
}

extension Context {
    /// Reads the folder's file at `path`; nil, with a note, when it may not be used.
    package func folderFile(_ path: String) throws(CommandError) -> FolderFile? {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        let read: GuardedRead
        do {
            read = try Files.readGuarded(
                ConfigurationFiles.projectName,
                in: folder,
                limit: FolderFile.limit
            )
        } catch {
            throw CommandError(error, doing: "cannot read the configuration file '\(path)'")
        }
        switch read {
        case .refused(let reason):
            if secrets.refused.insert(path).inserted {
                note("note: '\(path)' is not used: it \(reason)")
            }
            return nil
        case .bytes(let bytes, let isReadableByOthers):
            let file = SettingsFile(
                path: path,
                bytes: bytes,
                isReadableByOthers: isReadableByOthers,
                isFound: true
            )
            return try judged(file)
        }
    }

    /// Returns the file with what it pulls in, trusted when nothing has changed since the user said
    /// so.
    package func judged(_ file: SettingsFile) throws(CommandError) -> FolderFile {
        let digest = try FileDigest(file.bytes, at: file.path)
        // A file that cannot be parsed pulls nothing in; the error is reported where it is used.
        guard let parsed = try? ContextFile(parsing: file) else {
            return FolderFile(file: file, record: TrustRecord([digest]))
        }
        let known = try TrustStore(environment)?.record(of: file.path)
        if let known, known.sha256 == digest.sha256 {
            var trusted = file
            trusted.isTrusted = true
            let found = try pulledIn(trusted, parsed, digest)
            if found.record == known { return found }
        }
        var untrusted = file
        untrusted.hasChanged = known != nil
        return try pulledIn(untrusted, parsed, digest)
    }

    /// Notes that a folder's file is not trusted, for commands that show settings.
    package func noteUntrusted() throws(CommandError) {
        let files = try contextFiles()
        guard let file = files.first(where: \.file.isUntrusted) else { return }
        let entries: [ContextFile.Entry]
        do { entries = try file.entries(against: ContextFile.Own(in: files)) } catch {
            throw CommandError(error)
        }
        guard entries.contains(where: { $0.objection != nil }) else { return }
        note(
            "note: '\(file.file.path)' is not trusted: what needs trust is shown as it is written "
                + "(\(SettingsError.trustCommand(file.file.folder)))"
        )
    }

    /// Returns the file as it would be trusted: with the properties files that it names, wherever
    /// they are.
    ///
    /// Those in `companions` have been read already.
    package func trusted(
        _ file: SettingsFile,
        companions: [String: SettingsFile] = [:]
    ) throws(CommandError) -> FolderFile {
        var trusted = file
        trusted.isTrusted = true
        trusted.companions = companions
        let parsed: ContextFile
        do { parsed = try ContextFile(parsing: file) } catch { throw CommandError(error) }
        return try pulledIn(trusted, parsed, FileDigest(file.bytes, at: file.path))
    }

    private func pulledIn(
        _ file: SettingsFile,
        _ parsed: ContextFile,
        _ digest: FileDigest
    ) throws(CommandError) -> FolderFile {
        var file = file
        var digests = [digest]
        var seen: Set<String> = []
        for named in parsed.propertiesFiles where seen.insert(named.value).inserted {
            if let read = file.companions[named.value] {
                digests.append(try FileDigest(read.bytes, at: read.path))
                continue
            }
            guard let (path, bytes, isReadable) = propertiesFile(named, of: parsed, file.isTrusted)
            else { continue }
            var companion = SettingsFile(
                path: path,
                bytes: bytes,
                isReadableByOthers: isReadable,
                isFound: true
            )
            companion.isTrusted = file.isTrusted
            file.companions[named.value] = companion
            digests.append(try FileDigest(bytes, at: path))
        }
        return FolderFile(file: file, record: TrustRecord(digests))
    }

    private func propertiesFile(
        _ named: Setting,
        of parsed: ContextFile,
        _ isTrusted: Bool
    ) -> (path: String, bytes: [UInt8], isReadableByOthers: Bool)? {
        let read: GuardedRead?
        let path: String
        if isTrusted {
            // Commands are not run for it: what they print could not be trusted beforehand.
            guard let place = try? parsed.path(of: named, in: settingsWorld(runs: false)) else {
                return nil
            }
            path = place
            read = try? Files.readRegular(place, limit: FolderFile.limit)
        } else {
            guard !named.hasReference else { return nil }
            path = "\(parsed.file.folder)/\(named.value)"
            read = try? Files.readBeneath(
                named.value,
                in: parsed.file.folder,
                limit: FolderFile.limit
            )
        }
        guard case .bytes(let bytes, let isReadable)? = read else { return nil }
        return (path, bytes, isReadable)
    }
}
