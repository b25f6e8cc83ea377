// What every command is, and what the tree keeps of it.

package import Arguments

/// A command: its words and options as data, and what it does.
package protocol Command: SendableMetatype {
    /// The options, with their defaults.
    associatedtype Options: CommandOptions

    /// The words that the user types and reads.
    static var spec: CommandSpec<Options> { get }

    /// Does it.
    ///
    /// Data goes to `context.output`, all else to `context.errors`; the error thrown decides the
    /// status.
    static func run(_ options: Options, in context: inout Context) throws(CommandError)
}

/// A command without its types: a leaf of the tree.
public struct AnyCommand: Sendable {
    private let body: @Sendable ([String], inout Context) throws(CommandError) -> AnyCommand.Outcome

    /// The request that a command's own words turned out to make.
    package enum Outcome {
        case done
        case help(long: Bool)
    }

    package init<Wrapped: Command>(_ command: Wrapped.Type) {
        body = { arguments, context throws(CommandError) in
            let parsed: Parsed<Wrapped.Options>
            do throws(UsageError) {
                parsed = try Wrapped.spec.parse(arguments)
            } catch {
                throw CommandError(error)
            }
            switch parsed {
            case .help(let long):
                return .help(long: long)
            case .run(let options):
                context.command = Wrapped.spec.description
                try Wrapped.run(options, in: &context)
                return .done
            }
        }
    }

    package func run(
        _ arguments: [String],
        in context: inout Context
    ) throws(CommandError) -> Outcome {
        try body(arguments, &context)
    }
}

extension CommandTree where Leaf == AnyCommand {
    /// Returns a command as a leaf of the tree.
    package static func leaf<Wrapped: Command>(_ command: Wrapped.Type) -> CommandTree<AnyCommand> {
        .command(command.spec.description, AnyCommand(command))
    }
}
