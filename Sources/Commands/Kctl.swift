// From the command line to the status: the one path that every command takes.

import Arguments
public import CommandKit
import KafkaCore
import Output
import Reactor

/// The program.
public enum Kctl {
    /// Runs what `arguments`, without the program's name, ask for.
    ///
    /// `firstUnreadable`: the number of the first one that is not UTF-8, and is refused.
    public static func run(
        _ arguments: [String],
        firstUnreadable: Int? = nil,
        in context: inout Context
    ) -> ExitStatus {
        context.errorFormat = errorFormat(in: arguments)
        if context.isProcess { explainCrashes(as: context.errorFormat) }
        var status = ExitStatus.success
        do throws(CommandError) {
            if let firstUnreadable { throw Self.unreadable(firstUnreadable) }
            try dispatch(arguments, in: &context)
        } catch {
            context.report(error)
            status = error.status
        }
        // A command may leave output unflushed, and standard output may fail only now.
        do { try context.output.flush() } catch {
            let failure = CommandError(error)
            context.report(failure)
            if status == .success { status = failure.status }
        }
        try? context.errors.flush()
        return status
    }

    /// True when threads of a library may still run that should have ended.
    public static var hasLeftThreads: Bool { Client.hasLeftThreads }

    private static func unreadable(_ number: Int) -> CommandError {
        CommandError(
            .usage,
            "argument \(number) is not UTF-8",
            hint: "'kctl produce --json' takes any bytes as keyBase64 and valueBase64"
        )
    }

    private static func dispatch(
        _ arguments: [String],
        in context: inout Context
    ) throws(CommandError) {
        let resolution: Resolution<AnyCommand>
        // Every packager types this; as an option of each command it would mean nothing.
        let words = arguments == ["--version"] || arguments == ["-V"] ? ["version"] : arguments
        do { resolution = try program.resolve(words) } catch { throw CommandError(error) }
        switch resolution {
        case .help(.document, _):
            try context.print(program.helpJSON())
        case .help(.page(let words), let long):
            try show(words, long: long, after: arguments, in: context)
        case .command(let command, let description, let rest):
            switch try command.run(rest, in: &context) {
            case .done: break
            case .help(let long):
                try show(description.path, long: long, after: arguments, in: context)
            }
        }
    }

    private static func show(
        _ words: [String],
        long: Bool,
        after arguments: [String],
        in context: Context
    ) throws(CommandError) {
        let page: String
        do { page = try program.help(for: words, long: long, style: context.helpStyle) } catch {
            throw CommandError(error)
        }
        let isPaged = !arguments.prefix { $0 != "--" }.contains("--no-pager")
        try context.printHelp(page, isPaged: isPaged)
    }

    /// Has a crash say what has happened, in the form of errors.
    private static func explainCrashes(as format: ErrorFormat) {
        let own = "this is a fault of kctl or of a library that it uses; please report it"
        let library =
            "a broker may have sent an answer that librdkafka cannot read; check the address, and"
            + " report it if it is that of a Kafka broker"
        switch format {
        case .text:
            Signal.explainCrashes(
                "kctl: crashed (",
                own: "): \(own)\n",
                other: ") in a thread of librdkafka: \(library)\n"
            )
        case .json:
            Signal.explainCrashes(
                #"{"code":"crash","message":"crashed ("#,
                own: ")\",\"hint\":\"\(own)\"}\n",
                other: ") in a thread of librdkafka\",\"hint\":\"\(library)\"}\n"
            )
        }
    }

    /// Returns the format of errors, needed before the command line has been understood: errors in
    /// it are errors.
    private static func errorFormat(in arguments: [String]) -> ErrorFormat {
        var style = ErrorFormat.text
        for (index, word) in arguments.enumerated() {
            if word == "--" { break }
            let value: String?
            if word == "--errors" {
                value = arguments.dropFirst(index + 1).first
            } else {
                value = word.hasPrefix("--errors=") ? String(word.dropFirst(9)) : nil
            }
            if let format = value.flatMap(ErrorFormat.init(rawValue:)) { style = format }
        }
        return style
    }
}
