// The reports of `produce` about the delivery, as options.

import Arguments
import CommandKit
import Reactor

/// The format in which stored records are printed.
enum PrintFormat: String, ArgumentChoice {
    case text
    case json
}

/// The reports of `produce`.
struct ProduceReports: CommandOptions {
    var isTee = false
    var isDryRun = false
    var prints = false
    var isInOrder = false
    var printFormat: PrintFormat?
    var receipt: String?
    var failedTo: String?
    var checkpoint: String?
    var progress: Bool = false

    /// The ones of every day come first, in one list; the others stand under a heading.
    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Reports") : $0 }

    private static let rows: [Flag<ProduceReports>] = [
        .toggle("tee", "T", "Copy the input to standard output.", \.isTee, negatable: false)
            .advanced(),
        .toggle("dry-run", "Read and count records; send nothing.", \.isDryRun, negatable: false)
            .advanced(),
        .toggle(
            "print",
            "Print each stored record's partition and offset.",
            \.prints,
            negatable: false
        ).advanced(),
        .toggle("in-order", "Print in the order of the input.", \.isInOrder, negatable: false)
            .advanced(),
        .optional(
            "print-format",
            "How --print prints.",
            \.printFormat,
            defaultText: "json with --json, else text"
        )
        .advanced(),
        .optional(
            "receipt",
            "Write what was sent, and where to, to this file.",
            \.receipt,
            placeholder: "FILE",
            completion: .files
        ).advanced(),
        .optional(
            "failed-to",
            "Write records that failed to this file, as JSON.",
            \.failedTo,
            placeholder: "FILE",
            completion: .files
        ).advanced(),
        .optional(
            "checkpoint",
            "Keep in this file how far it came, and go on from there.",
            \.checkpoint,
            placeholder: "FILE",
            completion: .files
        ).advanced(),
        .toggle(
            "progress",
            "Show progress though no terminal sees it.",
            \.progress,
            negatable: false
        )
        .advanced(),
    ]

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        let printers = [("--tee", isTee), ("--print", prints), ("--receipt -", receipt == "-")]
            .filter(\.1).map(\.0)
        if printers.count > 1 {
            throw UsageError(
                "\(printers[0]) and \(printers[1]) would mix on standard output",
                hint: "--receipt FILE"
            )
        }
        if !prints, isInOrder || printFormat != nil {
            throw UsageError("--\(isInOrder ? "in-order" : "print-format") is for --print")
        }
        if isDryRun, prints || receipt != nil || failedTo != nil || checkpoint != nil {
            throw UsageError("--dry-run sends nothing: there is nothing to report")
        }
    }

    /// Refuses to write over an input, over another of its own files, or where nothing can be written.
    ///
    /// Changes none of them.
    func checkFiles(against inputs: borrowing InputQueue) throws(CommandError) {
        let files = [
            ("--checkpoint", checkpoint), ("--receipt", receipt), ("--failed-to", failedTo),
        ].compactMap { name, path in path.map { (name: name, path: $0) } }.filter { $0.path != "-" }
        for (index, file) in files.enumerated() {
            if inputs.reads(file.path) {
                throw CommandError(.usage, "\(file.name): '\(file.path)' is what is read")
            }
            let other = files[..<index].first { other in
                other.path == file.path || Files.isOneFile(other.path, file.path)
            }
            if let other {
                throw CommandError(
                    .usage,
                    "\(other.name) and \(file.name) both name '\(file.path)'"
                )
            }
            do { try Files.checkPlace(file.path, isReplaced: file.path != failedTo) } catch {
                throw CommandError(error, doing: "cannot write '\(file.path)'")
            }
        }
    }
}
