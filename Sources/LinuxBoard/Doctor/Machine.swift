// Decides: where an examined machine's files are, and how one is read.
// Leaves to others: which files, and what they mean (the examinations).

import CLinuxBoard

/// A machine that is examined: this one, or a copy of another's `/dev`, `/proc`, `/sys` and `/etc`.
public struct Machine: Sendable {
  /// What stands before `/dev`, `/proc`, `/sys` and `/etc`; empty for this machine.
  public let root: String
  /// The calls; `nil` for a copy, of which only files can be asked.
  public let calls: MachineCalls?
  /// A file longer than this is not read.
  private static let longestFile = 64 * 1_024

  /// This machine.
  public static let this = Machine(root: "", calls: .system)

  /// A machine at a root.
  public init(root: String, calls: MachineCalls?) {
    self.root = root
    self.calls = calls
  }

  /// A path on this machine, such as `/proc/version`.
  func path(_ name: String) -> String { root + name }

  /// Where its devices are.
  var devices: DeviceRoots {
    DeviceRoots(
      devices: path(DeviceRoots.system.devices), pwm: path(DeviceRoots.system.pwm),
      converters: path(DeviceRoots.system.converters))
  }

  /// A file without its last line ends.
  func read(_ name: String) throws(SystemFailure) -> String {
    var text = [CChar](repeating: 0, count: Machine.longestFile)
    // SAFETY: the path ends with a zero; the call writes at most the count it is given.
    let count = unsafe nmes_file_read(path(name), &text, text.count)
    if count < 0 { throw SystemFailure(answer: count) }
    var found = LinuxText.text(text)
    while found.last == "\n" { found.removeLast() }
    return found
  }

  /// A file, or nothing where it cannot be read.
  func text(_ name: String) -> String? { try? read(name) }

  /// The names in a folder, sorted; none where it cannot be read.
  func names(_ folder: String) -> [String] { (try? FileTree.names(in: path(folder))) ?? [] }
}

extension Machine {
  /// Processors from a list of the kernel's, such as `0-2,5`; `nil` when it is none.
  static func processors(_ list: String) -> [Int]? {
    if list.isEmpty { return [] }
    var found: [Int] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends[0], ends.count <= 2, let last = ends[ends.count - 1],
        first >= 0, first <= last, last < 1_024
      else { return nil }
      found += first...last
    }
    return found
  }

  /// Processors as the kernel lists them.
  static func list(_ processors: [Int]) -> String {
    var parts: [String] = []
    var first: Int?
    for (index, processor) in processors.enumerated() {
      let start = first ?? processor
      first = start
      if index + 1 < processors.count && processors[index + 1] == processor + 1 { continue }
      parts.append(start == processor ? "\(processor)" : "\(start)-\(processor)")
      first = nil
    }
    return parts.joined(separator: ",")
  }
}
