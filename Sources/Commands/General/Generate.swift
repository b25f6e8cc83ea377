// The files that are made from the command tree: manual pages, completions and references.

import Arguments
import CommandKit
import Reactor

/// `kctl generate`: writes generated files, for the build.
enum Generate: Command {
    enum Kind: String, ArgumentChoice {
        case man
        case completions
        case reference
        case json
    }

    struct Options: CommandOptions {
        var kind: String?
        var directory: String?
    }

    static let spec = CommandSpec<Options>(
        "generate",
        "Write manual pages, completions, the reference or the schemas of JSON.",
        operands: [.required("KIND", "Kind of files: man, completions, reference, json.", \.kind)],
        flags: [
            .optional("directory", "Folder to write to.", \.directory, placeholder: "DIR")
        ],
        isHidden: true,
        validate: { options throws(UsageError) in
            do throws(InvalidValue) {
                if let kind = options.kind { _ = try Kind(argument: kind) }
            } catch {
                throw UsageError("invalid value for KIND: \(error.reason)", hint: error.hint)
            }
            if options.directory == nil { throw UsageError("missing --directory") }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let kind = options.kind.flatMap(Kind.init(rawValue:)),
            let directory = options.directory
        else { return }
        let files: [(name: String, text: String)]
        switch kind {
        case .man: files = program.manPages(version: Version.current)
        case .completions:
            files = [
                ("kctl.bash", program.bashCompletion()), ("_kctl", program.zshCompletion()),
                ("kctl.fish", program.fishCompletion()),
            ]
        case .reference: files = [("reference.md", program.reference())]
        case .json: files = program.jsonReference()
        }
        for file in files {
            let path = "\(directory)/\(file.name)"
            do {
                try Files.replace(path, with: Array(file.text.utf8), isPublic: true)
            } catch {
                throw CommandError(error, doing: "cannot write '\(path)'")
            }
        }
    }
}
