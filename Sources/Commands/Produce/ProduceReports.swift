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
        .toggle(
            "dry-run",
            "Read and count records without sending them.",
            \.isDryRun,
            negatable: false
        )
        .advanced(),
        .toggle(
            "print",
            "Print partition and offset of each stored record.",
            \.prints,
            negatable: false
        ).advanced(),
        .toggle(
            "in-order",
            "Print stored records in the order of the input.",
            \.isInOrder,
            negatable: false
        )
        .advanced(),
        .optional(
            "print-format",
            "Output format of --print.",
            \.printFormat,
            defaultText: "json with --json, otherwise text"
        )
        .advanced(),
        .optional(
            "receipt",
            "Write a JSON summary of the run to this file.",
            \.receipt,
            placeholder: "FILE",
            completion: .files
        ).advanced(),
        .optional(
            "failed-to",
            "Write failed records to this file as JSON lines.",
            \.failedTo,
            placeholder: "FILE",
            completion: .files
        ).advanced(),
        .optional(
            "checkpoint",
            "Save progress to this file and resume from it.",
            \.checkpoint,
            placeholder: "FILE",
            completion: .files
        ).advanced(),
        .toggle(
            "progress",
            "Show progress even without a terminal.",
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
                "\(printers[0]) and \(printers[1]) both write to standard output",
                hint: "--receipt FILE"
            )
        }
        if !prints, isInOrder || printFormat != nil {
            throw UsageError("--\(isInOrder ? "in-order" : "print-format") needs --print")
        }
        if isDryRun, prints || receipt != nil || failedTo != nil || checkpoint != nil {
            throw UsageError(
                "--dry-run sends nothing and excludes --print, --receipt, --failed-to"
                    + " and --checkpoint"
            )
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
                throw CommandError(.usage, "\(file.name): '\(file.path)' is the input")
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
