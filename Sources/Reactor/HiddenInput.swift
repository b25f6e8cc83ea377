// A line typed on the terminal without being shown.
//
// 1. The terminal is put back before anything else happens: also when a signal ends the process.
// 2. It is the process's terminal that is asked, whatever standard input is: that may be records.

import CLinux
import Glibc

/// Asks on the terminal.
public enum HiddenInput {
    /// Shows `prompt` and reads one line that is not shown.
    ///
    /// A signal that ends the process does so once the terminal is as it was. C: `tcsetattr`.
    /// - Returns: the line without its end; nil when the terminal was closed instead.
    /// - Throws: `ReactorError` of `open` when there is no terminal.
    public static func line(_ prompt: String) throws(ReactorError) -> [UInt8]? {
        let terminal = Descriptor(
            try valueOrErrno("open") { open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY) }
        )
        var mask = sigset_t()
        var before = sigset_t()
        sigemptyset(&mask)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] { sigaddset(&mask, signal) }
        pthread_sigmask(SIG_BLOCK, &mask, &before)
        // Put back last: what has come meanwhile takes effect here.
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let flags = Int32(SFD_NONBLOCK | SFD_CLOEXEC)
        let signals = Descriptor(try valueOrErrno("signalfd") { signalfd(-1, &mask, flags) })

        var shown = termios()
        let number = terminal.number
        _ = try valueOrErrno("tcgetattr") { tcgetattr(number, &shown) }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        hidden.c_lflag |= tcflag_t(ICANON | ISIG)
        _ = try valueOrErrno("tcsetattr") { tcsetattr(number, TCSAFLUSH, &hidden) }
        defer { tcsetattr(number, TCSAFLUSH, &shown) }
        try terminal.writeAll(prompt.utf8.span.bytes)
        var line: [UInt8] = []
        while true {
            var watched = [
                pollfd(fd: number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.number, events: Int16(POLLIN), revents: 0),
            ]
            _ = try valueOrErrno("poll") { poll(&watched, 2, -1) }
            if watched[1].revents != 0 { break }
            let end = try terminal.read(upTo: 4096) { chunk in
                chunk.withUnsafeBytes { line.append(contentsOf: $0) }
                return chunk.byteCount == 0
            }
            if end { break }
            if line.last == UInt8(ascii: "\n") {
                try terminal.writeAll("\n".utf8.span.bytes)
                line.removeLast()
                return line
            }
        }
        try terminal.writeAll("\n".utf8.span.bytes)
        return nil
    }
}
