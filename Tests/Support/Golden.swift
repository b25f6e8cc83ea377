// Compares a rendered text with the one under Tests/Golden/arguments. With KCTL_RECORD=1 the file
// is rewritten and the test fails all the same, so that a recording cannot pass by accident.

import Glibc
import Testing

/// Expects `text` to be what the file called `name` holds.
func expectGolden(_ text: String, _ name: String, at location: SourceLocation = #_sourceLocation) {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let path = "/\(tests)/Golden/arguments/\(name)"
    if getenv("KCTL_RECORD") != nil {
        write(text, to: path)
        Issue.record("recorded \(name)", sourceLocation: location)
        return
    }
    guard let golden = read(path) else {
        Issue.record("no golden text \(name); record it", sourceLocation: location)
        return
    }
    guard golden != text else { return }
    let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(old, new).prefix { $0 == $1 }.count
    let was = line < old.count ? String(old[line]) : "(end)"
    let now = line < new.count ? String(new[line]) : "(end)"
    Issue.record("\(name):\(line + 1)\n- \(was)\n+ \(now)", sourceLocation: location)
}

private func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
        bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

private func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    fwrite(bytes, 1, bytes.count, file)
}
