// swift-tools-version: 6.2
// No package dependency: everything outside the standard library is a system C library found by
// pkg-config, so that a clean clone builds without a package registry.

import PackageDescription

/// What every Swift target is compiled with: Swift 6 mode, upcoming features, warnings as errors.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// For the owner of a C library, where each `unsafe` then marks a reviewed spot.
let strictMemory: [SwiftSetting] = strict + [.strictMemorySafety()]

/// For targets that lend bytes as a `RawSpan` property instead of through a closure.
let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

/// The release binary's malloc.
///
/// librdkafka allocates each record on one thread and we free it on another, where the C library's own
/// contends. `KCTL_MALLOC=libc` leaves it out; debug builds do without, for the sanitizers.
let malloc: [LinkerSetting] =
    Context.environment["KCTL_MALLOC"] == "libc"
    ? [] : [.linkedLibrary("mimalloc", .when(configuration: .release))]

/// What is not obvious in a room stands beside its code.
let notes = ["NOTES.md"]

let package = Package(
    name: "kctl",
    products: [.executable(name: "kctl", targets: ["kctl"])],
    targets: [
        .executableTarget(
            name: "kctl",
            dependencies: ["Commands", "CommandKit"],
            swiftSettings: strict,
            linkerSettings: malloc
        ),
        .target(
            name: "Commands",
            dependencies: [
                "CommandKit", "Epics", "ReadEngine", "SendEngine", "Records", "Arguments", "Output",
                "JSON", "Settings",
                "KafkaCore", "AliECS", "Crypto", "HTTP", "Probe", "Reactor",
            ],
            exclude: notes,
            swiftSettings: strict
        ),
        .target(
            name: "Epics",
            dependencies: [
                "CommandKit", "ReadEngine", "SendEngine", "Arguments", "Output", "JSON",
                "KafkaCore",
                "Reactor", "Settings",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "CommandKit",
            dependencies: [
                "Arguments", "Output", "JSON", "Settings", "KafkaCore", "Crypto", "HTTP", "Probe",
                "Reactor",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "SendEngine",
            dependencies: ["KafkaCore", "Reactor", "Records"],
            exclude: notes,
            swiftSettings: strict
        ),
        .target(
            name: "Records",
            dependencies: ["JSON", "KafkaCore", "Output"],
            swiftSettings: strict + lifetimes
        ),
        .target(
            name: "ReadEngine",
            dependencies: ["KafkaCore", "Reactor"],
            exclude: notes,
            swiftSettings: strict
        ),
        .target(name: "Arguments", dependencies: ["JSON"], swiftSettings: strict),
        .target(
            name: "Output",
            dependencies: ["JSON", "YAML"],
            exclude: notes,
            swiftSettings: strict + lifetimes
        ),
        .target(
            name: "Settings",
            dependencies: ["YAML"],
            exclude: notes,
            swiftSettings: strict
        ),
        .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: strictMemory),
        .target(name: "JSON", exclude: notes, swiftSettings: strict + lifetimes),
        .target(
            name: "KafkaCore",
            dependencies: ["Reactor", "CRdkafka"],
            exclude: notes,
            swiftSettings: strictMemory + lifetimes
        ),
        .target(
            name: "AliECS",
            dependencies: ["JSON", "CAliECSEvents", "CProtobufC"],
            exclude: notes,
            swiftSettings: strictMemory + lifetimes
        ),
        .target(
            name: "Crypto",
            dependencies: ["CCrypto"],
            swiftSettings: strictMemory + lifetimes
        ),
        .target(name: "HTTP", dependencies: ["CCurl"], swiftSettings: strictMemory),
        .target(
            name: "Probe",
            dependencies: ["CTLS", "Reactor"],
            swiftSettings: strictMemory
        ),
        .target(
            name: "Reactor",
            dependencies: ["CLinux", "CProcess"],
            exclude: notes,
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CRdkafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"])]
        ),
        .systemLibrary(
            name: "CCrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CTLS",
            pkgConfig: "libssl",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"])]
        ),
        .target(
            name: "CAliECSEvents",
            dependencies: ["CProtobufC"],
            exclude: ["protos"]
        ),
        .systemLibrary(
            name: "CProtobufC",
            pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]
        ),
        .target(name: "CProcess", exclude: notes),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "TestSupport",
            dependencies: ["JSON", "KafkaCore", "Records"],
            path: "Tests/Support",
            swiftSettings: strict
        ),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(
            name: "ArgumentsTests",
            dependencies: ["Arguments", "JSON", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: strict),
        .testTarget(name: "YAMLTests", dependencies: ["YAML"], swiftSettings: strict),
        .testTarget(
            name: "OutputTests",
            dependencies: ["Output", "JSON", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RecordsTests",
            dependencies: [
                "Records", "JSON", "KafkaCore", "Output", "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SendEngineTests",
            dependencies: ["SendEngine", "KafkaCore", "Reactor", "Records", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReactorTests",
            dependencies: ["Reactor", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KafkaCoreTests",
            dependencies: ["KafkaCore", "Reactor"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReadEngineTests",
            dependencies: ["ReadEngine", "SendEngine", "KafkaCore", "Reactor"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AliECSTests",
            dependencies: ["AliECS", "JSON", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProbeTests",
            dependencies: ["Probe", "Reactor"],
            swiftSettings: strict
        ),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto"], swiftSettings: strict),
        .testTarget(
            name: "EpicsTests",
            dependencies: ["Epics", "CommandKit", "KafkaCore", "Output", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "CommandKit", "SendEngine", "Records", "AliECS", "Arguments", "Output",
                "JSON", "KafkaCore", "Reactor", "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["JSON", "TestSupport", "YAML", "kctl"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)

// `KCTL_TESTS` names the only test targets that are wanted, with blanks between them: a sanitizer's
// build has no use for the others, which take longer to build than all the rest.
if let wanted = Context.environment["KCTL_TESTS"]?.split(separator: " ").map(String.init) {
    package.targets.removeAll { $0.type == .test && !wanted.contains($0.name) }
}
