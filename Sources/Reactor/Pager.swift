// A program that shows a text a screen at a time.

import Glibc

/// Shows texts by another program, on our terminal.
public enum Pager {
    /// Runs `arguments` with `text` to read, and waits for its end.
    ///
    /// The text is a file in memory: a pager that ends early leaves no writer behind.
    /// C: `memfd_create`, `fork`, `execve`, `waitpid`.
    /// - Throws: `ReactorError` of the call that failed; `isNotFound` when there is no such program.
    public static func show(
        _ text: RawSpan,
        by arguments: [String],
        environment: [String: String]
    ) throws(ReactorError) -> ChildStatus {
        let file = try Descriptor.inMemory("kctl-text", text)
        let keeper = try Keeper()
        try keeper.start(arguments, environment: environment, input: file.number)
        return try keeper.wait()
    }
}
