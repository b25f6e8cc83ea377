// The files of this repository, as tests read and record them.

import Glibc

/// The repository that the tests were built from.
public enum Repository {
    private static let root =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// The text of the file at `path` below the root; nil when there is none.
    public static func text(_ path: String) -> String? {
        guard let file = fopen("\(root)/\(path)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The paths of all files in the folder at `path` below the root, and in those in it, sorted.
    public static func files(in path: String) -> [String] {
        var facts = stat()
        guard stat("\(root)/\(path)", &facts) == 0 else { return [] }
        guard facts.st_mode & S_IFMT == S_IFDIR else { return [path] }
        return TemporaryDirectory.names(in: "\(root)/\(path)").sorted()
            .flatMap { files(in: "\(path)/\($0)") }
    }

    /// Writes the file at `path` below the root; false when that cannot be done.
    static func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen("\(root)/\(path)", "w") else { return false }
        let bytes = Array(text.utf8)
        let written = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && written == bytes.count
    }
}
