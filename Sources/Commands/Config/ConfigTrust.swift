// A folder's file counts like one's own from now on, until a byte of it changes.
//
// The user trusts exactly what is shown: the file is read once, for the text and for the digest.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config trust`: shows what a folder's file sets, asks, and keeps path and digest.
enum ConfigTrust: Command {
    struct Options: CommandOptions {
        var folder: String?
        var isAgreed = false
        var isDryRun = false
        var lists = false
        var removes = false
        var isQuiet = false
        var output = OutputOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config trust",
        "Trust the current .kctl.yaml of a folder.",
        operands: [
            .optional(
                "DIR",
                "Folder of the file (default: the working directory).",
                \.folder,
                completion: .directories
            )
        ],
        flags: [
            .toggle("yes", "y", "Do not ask for confirmation.", \.isAgreed, negatable: false),
            .toggle(
                "dry-run",
                nil,
                "Print the settings of the file, and trust nothing.",
                \.isDryRun,
                negatable: false
            ),
            .toggle("list", nil, "List trusted files.", \.lists, negatable: false),
            .toggle("remove", nil, "Revoke the trust.", \.removes, negatable: false),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config trust", "Review the file, then confirm."),
            Example(
                "kctl config trust --dry-run --json",
                "Print the settings of the file as JSON."
            ),
            Example(
                "kctl config trust ~/work/project --yes",
                "Trust a known file in a script."
            ),
            Example(
                "kctl config trust --list",
                "List trusted files and their states."
            ),
            Example("kctl config trust --remove", "Revoke the trust in the file of this folder."),
        ],
        sections: [
            ConfigHelp.trust,
            Section(
                "Trust records",
                "kctl records the path and the SHA-256 of the file and of each properties-file that"
                    + " it names, in $XDG_STATE_HOME/kctl/trust or ~/.local/state/kctl/trust. If one of"
                    + " them changes, the file is no longer trusted. Changes of other files that it"
                    + " refers to, and of programs that it runs, are not detected."
            ), ExitStatus.section,
        ],
        json: [TrustReview.json, TrustedSettingRow.json, TrustRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let store = TrustStore(context.environment) else {
            throw CommandError(
                .usage,
                "no folder for trust records: set HOME or XDG_STATE_HOME"
            )
        }
        if options.lists {
            guard !options.removes, options.folder == nil else {
                throw CommandError(.usage, "--list cannot be used with DIR or --remove")
            }
            return try list(store, options, in: context)
        }
        if options.removes { return try remove(store, options, in: context) }
        let path = try place(options.folder)
        guard let found = try context.folderFile(path) else {
            throw CommandError(.failure, "'\(path)' cannot be trusted")
        }
        let review = try context.review(found.file)
        if options.output.format.kind == .text { try context.list(review.rows, as: .text) }
        if options.isDryRun {
            if options.output.format.kind == .json { try context.reports([review], as: .json) }
            if !options.isQuiet { context.note("would trust '\(path)'") }
            return
        }
        if !review.isTrusted {
            try context.confirm("trust '\(path)'", items: [], isAgreed: options.isAgreed)
            try store.keep(review.record)
        }
        if options.output.format.kind == .json {
            try context.reports([review.trusted], as: .json)
        }
        guard !options.isQuiet else { return }
        context.note(review.isTrusted ? "'\(path)' is already trusted" : "trusted '\(path)'")
    }

    private static func list(
        _ store: TrustStore,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        var rows: [TrustRow] = []
        for record in try store.all() {
            rows.append(TrustRow(record: record, state: try context.state(of: record)))
        }
        try context.list(rows, as: options.output.format)
    }

    private static func remove(
        _ store: TrustStore,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        let path: String
        do { path = try place(options.folder) } catch {
            // A folder that is gone can be forgotten all the same.
            guard error.status == .notFound, let folder = options.folder, folder.hasPrefix("/")
            else { throw error }
            path = folder + "/" + ConfigurationFiles.projectName
        }
        guard let record = try store.record(of: path) else {
            throw CommandError(
                .notFound,
                "'\(path)' is not trusted",
                hint: "kctl config trust --list"
            )
        }
        if options.output.format.kind == .json {
            try context.list([TrustRow(record: record, state: .removed)], as: .json)
        }
        guard !options.isDryRun else { return context.note("would revoke the trust in '\(path)'") }
        try store.remove(path)
        if !options.isQuiet { context.note("revoked the trust in '\(path)'") }
    }

    /// Returns the file that a command would find that is called in the folder.
    private static func place(_ folder: String?) throws(CommandError) -> String {
        var folder = folder ?? "."
        let name = ConfigurationFiles.projectName
        if folder == name { folder = "." }
        if folder.hasSuffix("/" + name) { folder = String(folder.dropLast(name.utf8.count)) }
        guard let start = Files.realPath(folder) else {
            throw CommandError(.notFound, "no folder '\(folder)'")
        }
        guard let path = ConfigurationFiles.search(from: start) else {
            throw CommandError(
                .notFound,
                "no \(name) in '\(start)' or above it",
                hint: "kctl config init --project"
            )
        }
        return path
    }
}

extension Context {
    /// Returns the facts about a folder's file that the user is asked to trust.
    fileprivate func review(_ file: SettingsFile) throws(CommandError) -> TrustReview {
        let found = try trusted(file)
        let entries: [ContextFile.Entry]
        do {
            let own = ContextFile.Own(in: try contextFiles())
            entries = try ContextFile(parsing: found.file).entries(against: own)
        } catch {
            if let error = error as? CommandError { throw error }
            if let error = error as? SettingsError { throw CommandError(error) }
            throw CommandError(.failure, "\(error)")
        }
        return TrustReview(
            record: found.record,
            isTrusted: file.isTrusted,
            rows: entries.map { entry in
                TrustedSettingRow(
                    context: entry.context,
                    name: SecretNames.shown(entry.setting.name),
                    value: entry.setting.reviewedValue,
                    origin: entry.setting.origin,
                    objection: entry.objection
                )
            }
        )
    }

    /// Returns the state of a trusted file: there and unchanged, changed, or missing.
    fileprivate func state(of record: TrustRecord) throws(CommandError) -> TrustRow.State {
        guard let slash = record.path.lastIndex(of: "/"),
            case .bytes(let bytes, _)? = try? Files.readGuarded(
                ConfigurationFiles.projectName,
                in: slash == record.path.startIndex ? "/" : String(record.path[..<slash]),
                limit: FolderFile.limit
            )
        else { return .missing }
        let file = SettingsFile(path: record.path, bytes: bytes, isFound: true)
        return try judged(file).file.isTrusted ? .trusted : .changed
    }

    /// Trusts what the user has written to a folder's file by a command of ours.
    ///
    /// `companions` are the properties files that were trusted before, as they were then: what has
    /// changed in them meanwhile stays not trusted.
    func trust(
        _ bytes: [UInt8],
        at path: String,
        companions: [String: SettingsFile] = [:]
    ) throws(CommandError) {
        guard let store = TrustStore(environment) else { return }
        let file = SettingsFile(path: path, bytes: bytes, isFound: true)
        try store.keep(try trusted(file, companions: companions).record)
    }
}
