// The process: its arguments, environment and descriptors go in, its status comes out.

import CommandKit
import Commands
import Glibc

@main
enum Main {
    static func main() {
        var context = Context.process(environment: environment())
        let status = Kctl.run(
            Array(CommandLine.arguments.dropFirst()),
            firstUnreadable: firstUnreadable(),
            in: &context
        )
        status.endBySignal()
        // Threads of a library that did not end in time would stumble over what `exit` takes down.
        if Kctl.hasLeftThreads { _exit(status.number) }
        exit(status.number)
    }

    /// Returns the number, from 1, of the first argument that is not UTF-8; nil when all are.
    ///
    /// Swift's own arguments have other characters in the place of such bytes, silently.
    private static func firstUnreadable() -> Int? {
        (1..<max(1, Int(CommandLine.argc))).first { index in
            guard let word = CommandLine.unsafeArgv[index] else { return false }
            return String(validatingCString: word) == nil
        }
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            next += 1
            // Bytes, not characters: the whole environment is read at every start.
            let length = strlen(entry)
            guard let equals = memchr(entry, Int32(UInt8(ascii: "=")), length) else { continue }
            let nameLength = UnsafeMutableRawPointer(equals) - UnsafeMutableRawPointer(entry)
            let bytes = UnsafeRawBufferPointer(start: entry, count: length)
            let name = String(decoding: bytes[..<nameLength], as: UTF8.self)
            variables[name] = String(decoding: bytes[(nameLength + 1)...], as: UTF8.self)
        }
        return variables
    }
}
