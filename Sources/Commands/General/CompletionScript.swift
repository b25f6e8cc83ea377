// The completion scripts, for users who did not install them with a package.

import Arguments
import CommandKit
import JSON

/// A shell that completions are made for.
enum Shell: String, ArgumentChoice {
    case bash
    case zsh
    case fish
}

/// `kctl completion`: prints the script for a shell.
enum CompletionScript: Command {
    struct Options: CommandOptions {
        var shell: String?
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "completion",
        "Print the completion script of a shell.",
        operands: [
            .required(
                "SHELL",
                "Shell: bash, zsh or fish.",
                \.shell,
                completion: .words(["bash", "zsh", "fish"])
            )
        ],
        flags: GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("source <(kctl completion bash)", "Load completions into this bash."),
            Example(
                "kctl completion fish > ~/.config/fish/completions/kctl.fish",
                "Install completions for fish."
            ),
        ],
        sections: [ExitStatus.section],
        validate: { options throws(UsageError) in
            do throws(InvalidValue) {
                if let shell = options.shell { _ = try Shell(argument: shell) }
            } catch {
                throw UsageError(
                    "invalid value \(quoted(options.shell ?? "")) for SHELL: \(error.reason)",
                    hint: error.hint
                )
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let shell = options.shell.flatMap(Shell.init(rawValue:)) else { return }
        try context.print(script(for: shell))
    }

    static func script(for shell: Shell) -> String {
        switch shell {
        case .bash: program.bashCompletion()
        case .zsh: program.zshCompletion()
        case .fish: program.fishCompletion()
        }
    }
}
