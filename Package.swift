// swift-tools-version: 6.2
import PackageDescription

/// Strict memory safety and no warnings, everywhere.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// For the modules on the real-time path: the compiler refuses allocation and locks in release
/// builds. Debug builds cannot check across modules, so the attributes stand behind RT_CHECKED.
let realTime: [SwiftSetting] =
  strict + [
    .unsafeFlags(["-Xfrontend", "-experimental-performance-annotations"]),
    .define("RT_CHECKED", .when(configuration: .release)),
  ]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "nmes-host",
  products: [
    .executable(name: "nmes", targets: ["nmes"]),
    .executable(name: "nmesd", targets: ["nmesd"]),
    .executable(name: "nmes-bench", targets: ["nmes-bench"]),
  ],
  dependencies: [
    // YAML with line and column of every node, for diagnostics that point at the value.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // SQLite with migrations and checked transactions, for a log that survives power loss.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // Commands, options, help and shell completion that behave as people expect.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 for the log's hash chain.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // Unix sockets with back-pressure and peer credentials on one thread.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // Structured log lines whose backend the executable chooses.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Counters and histograms whose backend the executable chooses.
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
  ],
  targets: [
    .target(name: "StimulationCore", swiftSettings: realTime),
    .target(name: "CRealTime"),
    .target(
      name: "CLinuxBoard",
      // Tests make writes fail at the nth call; release builds have no such switch.
      cSettings: [.define("NMES_FAULT_INJECTION", .when(configuration: .debug))],
      linkerSettings: [.linkedLibrary("gpiod")]),
    .target(
      name: "CheckedFiles", dependencies: ["StimulationCore", yams], swiftSettings: strict),
    .target(
      name: "BoardSupport", dependencies: ["StimulationCore", "CheckedFiles"],
      swiftSettings: realTime),
    .target(
      name: "ProtocolLibrary", dependencies: ["StimulationCore", "CheckedFiles", "BoardSupport"],
      swiftSettings: strict),
    .target(
      name: "DoseLog", dependencies: ["StimulationCore", grdb, crypto], swiftSettings: strict),
    .target(
      name: "LinuxBoard",
      dependencies: ["StimulationCore", "BoardSupport", "CRealTime", "CLinuxBoard"],
      swiftSettings: realTime),
    .target(
      name: "SimulatedBoard",
      dependencies: ["StimulationCore", "CheckedFiles", "BoardSupport", "CRealTime"],
      swiftSettings: realTime),
    .target(
      name: "RealTimeLoop", dependencies: ["StimulationCore", "BoardSupport", "CRealTime"],
      swiftSettings: realTime),
    .target(
      name: "SessionController",
      dependencies: [
        "StimulationCore", "BoardSupport", "CRealTime", "ProtocolLibrary", "DoseLog",
        "LinuxBoard", "SimulatedBoard", "RealTimeLoop",
      ],
      swiftSettings: realTime),
    .target(name: "ControlAPI", swiftSettings: strict),
    .target(
      name: "ControlServer",
      dependencies: [
        "StimulationCore", "CRealTime", "CheckedFiles", "BoardSupport", "ProtocolLibrary",
        "DoseLog", "SimulatedBoard", "RealTimeLoop", "SessionController", "ControlAPI", nioCore,
        nioPosix, nioHTTP, logging, metrics,
      ],
      swiftSettings: strict),
    .target(name: "CLineEdit", linkerSettings: [.linkedLibrary("edit")]),
    .target(
      name: "OperatorConsole",
      dependencies: [
        "StimulationCore", "CRealTime", "CheckedFiles", "ControlAPI", "CLineEdit",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "nmes",
      dependencies: [
        "StimulationCore", "CheckedFiles", "BoardSupport", "ProtocolLibrary", "DoseLog",
        "LinuxBoard", "SimulatedBoard", "SessionController", "ControlAPI", "OperatorConsole",
        argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "nmesd", dependencies: ["ControlServer", argumentParser], swiftSettings: strict,
      // Packed relocations (glibc 2.36) keep 2 MB of the daemon's file out of memory; of the
      // toolchain's linkers lld alone packs them.
      linkerSettings: [
        .unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"])
      ]),
    .target(name: "PlainLoop", path: "Tests/PlainLoop"),
    .target(name: "BoardFaults", path: "Tests/BoardFaults"),
    .target(name: "PseudoTerminal", path: "Tests/PseudoTerminal"),
    .executableTarget(
      name: "nmes-bench",
      dependencies: [
        "StimulationCore", "ProtocolLibrary", "DoseLog", "SimulatedBoard", "RealTimeLoop",
        "SessionController", "ControlAPI", "PlainLoop",
      ],
      path: "Tests/Benchmarks", exclude: ["bench.sh"], swiftSettings: strict),
    .testTarget(
      name: "StimulationCoreTests", dependencies: ["StimulationCore"], swiftSettings: strict),
    .testTarget(
      name: "CheckedFilesTests", dependencies: ["CheckedFiles", "StimulationCore"],
      swiftSettings: strict),
    .target(
      name: "FileTrials", dependencies: ["CheckedFiles"], path: "Tests/FileTrials",
      swiftSettings: strict),
    .testTarget(
      name: "BoardSupportTests",
      dependencies: ["BoardSupport", "CheckedFiles", "StimulationCore", "FileTrials", yams],
      swiftSettings: strict),
    .testTarget(
      name: "ProtocolLibraryTests",
      dependencies: [
        "ProtocolLibrary", "CheckedFiles", "StimulationCore", "BoardSupport", "FileTrials", yams,
      ], swiftSettings: strict),
    .testTarget(
      name: "DoseLogTests", dependencies: ["DoseLog", "StimulationCore", grdb, crypto],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "LinuxBoardTests",
      dependencies: [
        "LinuxBoard", "CLinuxBoard", "BoardFaults", "StimulationCore", "BoardSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SimulatedBoardTests",
      dependencies: ["SimulatedBoard", "StimulationCore", "BoardSupport", "CRealTime"],
      swiftSettings: strict),
    .testTarget(
      name: "RealTimeLoopTests",
      dependencies: ["RealTimeLoop", "SimulatedBoard", "StimulationCore", "BoardSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "SessionControllerTests",
      dependencies: [
        "SessionController", "ProtocolLibrary", "DoseLog", "SimulatedBoard", "StimulationCore",
        "BoardSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "OperatorConsoleTests",
      dependencies: ["OperatorConsole", "ControlAPI", "StimulationCore"],
      swiftSettings: strict),
    .testTarget(
      name: "nmesTests",
      dependencies: ["DoseLog", "StimulationCore", "ControlAPI", "PseudoTerminal", grdb],
      swiftSettings: strict),
    .testTarget(
      name: "ControlAPITests", dependencies: ["ControlAPI"], swiftSettings: strict),
    .testTarget(
      name: "ControlServerTests",
      dependencies: [
        "ControlServer", "ControlAPI", "SessionController", "ProtocolLibrary", "DoseLog",
        "SimulatedBoard", "StimulationCore", "CheckedFiles", "FileTrials", nioCore, logging, yams,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "nmesdTests", dependencies: ["ControlAPI", "DoseLog", "StimulationCore"],
      swiftSettings: strict),
    .testTarget(name: "StructureTests", swiftSettings: strict),
  ]
)
