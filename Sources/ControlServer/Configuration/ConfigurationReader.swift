// Decides: which keys a configuration file has, and the bounds of their values.
// Leaves to others: form and quoting (CheckedFiles), and whether what is named exists (Daemon).

import CheckedFiles
import Logging
import StimulationCore

/// Reads a configuration. Every error is reported, and reading goes on.
struct ConfigurationReader {
  static let format = "nmesd 1"
  static let keys = [
    "format", "board", "pace", "runtimeDirectory", "log", "protocols", "prescriptions",
    "processor", "logLevel", "metrics", "watchdog",
  ]
  static let levels: [(word: String, value: Logger.Level)] = [
    ("debug", .debug), ("info", .info), ("notice", .notice), ("warning", .warning),
    ("error", .error),
  ]
  static let paces: ClosedRange<Int32> = 1...10_000
  static let processors: ClosedRange<Int32> = 0...1_023
  static let ports: ClosedRange<Int32> = 1_024...65_535
  /// Longer than an orderly end may take.
  static let timeouts = Nanoseconds.seconds(10)...Nanoseconds.seconds(60)

  private let root: Section

  init?(_ node: SourceNode, findings: Findings) {
    let root = Section(
      node, path: "", at: node.location, keys: Self.keys, findings: findings)
    guard let root else { return nil }
    self.root = root
  }

  /// Reads everything; `nil` when an error was reported.
  func read() -> DaemonConfiguration? {
    _ = root.option("format", [(word: Self.format, value: ())])
    var found = DaemonConfiguration()
    found.board = root.text("board", .board, isRequired: false)?.value
    let pace = count(root, "pace", Self.paces, "times the machine's clock")
    found.pace = pace.map(Int64.init)
    found.runtimeDirectory = path("runtimeDirectory")
    found.log = path("log")
    found.protocols = path("protocols")
    found.prescriptions = path("prescriptions")
    found.processor = count(root, "processor", Self.processors, "the processors of a kernel")
    found.logLevel = root.option("logLevel", Self.levels, isRequired: false)?.value
    if let metrics = root.section("metrics", keys: ["port"], isRequired: false) {
      let port = count(metrics, "port", Self.ports, "ports that need no right", isRequired: true)
      found.metricsPort = port.map(Int.init)
    }
    found.watchdog = watchdog()
    if found.pace != nil, let board = found.board, board != DaemonSettings.simulated {
      root.report(
        .inconsistent, "pace",
        "pace belongs to the board \"\(DaemonSettings.simulated)\", and board is \"\(board)\"; "
          + "delete one")
    }
    return root.findings.diagnostics.isEmpty ? found : nil
  }

  private func path(_ key: String) -> String? {
    root.text(key, .absolutePath, isRequired: false)?.value
  }

  private func watchdog() -> WatchdogSettings? {
    let section = root.section("watchdog", keys: ["device", "timeout"], isRequired: false)
    guard let section else { return nil }
    let device = section.text("device", .absolutePath)
    let timeout = section.quantity("timeout", QuantityParser.parseDuration)
    if let timeout {
      let isWhole = timeout.value.rawValue % 1_000_000_000 == 0
      guard Self.timeouts.contains(timeout.value), isWhole else {
        section.report(
          .outOfBounds, "timeout",
          "watchdog.timeout \(timeout.value) is not a whole number of seconds within "
            + "\(Self.timeouts.lowerBound) to \(Self.timeouts.upperBound); write such as \"10 s\"")
        return nil
      }
    }
    guard let device, let timeout else { return nil }
    return WatchdogSettings(device: device.value, timeout: timeout.value)
  }

  /// A count within bounds.
  private func count(
    _ section: Section, _ key: String, _ bounds: ClosedRange<Int32>, _ reason: String,
    isRequired: Bool = false
  ) -> Int32? {
    let found = section.quantity(key, isRequired: isRequired, QuantityParser.parseCount)
    guard let found else { return nil }
    guard bounds.contains(found.value) else {
      section.report(
        .outOfBounds, key,
        "\(section.join(key)) \(found.value) is not within \(bounds.lowerBound) to "
          + "\(bounds.upperBound) (\(reason)); write a count within it")
      return nil
    }
    return found.value
  }
}

extension TextForm {
  /// A file or folder by its whole path.
  static let absolutePath = TextForm(
    "an absolute path (/ first, at most 255 bytes, no . or .. or empty part)"
  ) { text in
    let parts = text.components("/")
    return text.hasPrefix("/") && text.utf8.count <= 255 && !text.hasSuffix(" ")
      && parts.dropFirst().allSatisfy { !["", ".", ".."].contains($0) }
      && !text.unicodeScalars.contains(where: SourceScan.isRefused)
  }

  /// A board by its name or by the whole path of its file.
  static let board = TextForm(
    "\"simulated\", a board's name, or the absolute path of its file"
  ) { name.allows($0) || absolutePath.allows($0) }
}
