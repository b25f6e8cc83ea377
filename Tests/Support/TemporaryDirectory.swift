// A folder of a test's own.

import Glibc

/// An empty folder that is removed, with the files in it, when its owner goes away.
public final class TemporaryDirectory {
    /// Where it is.
    public let path: String

    /// Makes a folder under the system's folder for temporary files; nil when that cannot be done.
    public init?() {
        var name = Array("/tmp/kctl-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { return nil }
        path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    /// The names of what is in it, sorted.
    public var names: [String] { Self.names(in: path).sorted() }

    private static func remove(_ path: String) {
        for name in names(in: path) { remove("\(path)/\(name)") }
        if rmdir(path) != 0 { unlink(path) }
    }

    /// The names of what is in the folder at `path`.
    public static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
