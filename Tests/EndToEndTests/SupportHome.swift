// A user's folder with configuration files, and kctl in it.

import Testing

/// A home folder of a test's own, with a repository in it.
struct Home {
    let folder: TemporaryFolder

    /// Makes the folder; `config` becomes the user's own configuration file.
    init(_ config: String? = nil) throws {
        folder = try TemporaryFolder()
        let made = try Kctl.bash(
            "cd '\(folder.path)' && mkdir -p .config/kctl repo/.git repo/deep"
        )
        guard made.ending == .exited(0) else { throw HarnessError(made.errors) }
        if let config { _ = try folder.file(".config/kctl/config.yaml", config) }
    }

    var path: String { folder.path }
    /// The user's own configuration file.
    var user: String { "\(path)/.config/kctl/config.yaml" }
    /// The repository's.
    var project: String { "\(path)/repo/.kctl.yaml" }

    /// Runs a line of bash in the folder `directory` of the home folder.
    func run(
        _ line: String,
        in directory: String = ".",
        on servers: String? = nil,
        environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        try Kctl.bash(
            "cd '\(path)/\(directory)' && \(line)",
            on: servers,
            environment: ["HOME": path].merging(environment) { _, new in new },
            sourceLocation: sourceLocation
        )
    }

    /// Starts a line of bash on a terminal of its own.
    func onTerminal(
        _ line: String,
        environment: [String: String] = [:],
        within limit: Duration = .seconds(120)
    ) throws -> Program {
        try Kctl.startBash(
            "cd '\(path)' && exec script -qec \"\(line)\" /dev/null",
            input: .held,
            environment: ["HOME": path].merging(environment) { _, new in new },
            within: limit
        )
    }
}
