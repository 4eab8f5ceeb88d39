// Decides: what board definitions have beside other checked files: codes, sources and forms of
// text.
// Leaves to others: how files are read and errors printed (CheckedFiles).

public import CheckedFiles

extension DiagnosticCode {
  /// A line, PWM output or converter input that is used twice.
  public static let usedTwice = DiagnosticCode(
    32, "a line, PWM output or converter input that is used twice")
  /// A calibration that does not ascend, or does not reach its range.
  public static let calibration = DiagnosticCode(
    33, "a calibration that does not ascend, or does not reach its range")
  /// A line that its own bias would make active.
  public static let failsActive = DiagnosticCode(
    36, "a line that reads good, or drives, when nothing holds it")
  /// A step or a resolution coarser than it may be.
  public static let resolution = DiagnosticCode(
    37, "a step or a resolution coarser than it may be", isRefusal: true)
}

extension SourceList {
  /// Requirements, `derived` (from other values of the file), `measured` (on this board) and
  /// `bench` (a simulated board's, by its making); `m` (general knowledge), `datasheet` (read by
  /// nobody yet), `proposal` (ours) and `local` (a site's own) end with `unconfirmed`.
  static let electronics = SourceList(
    known: Set(
      (Array(1...6) + Array(10...19) + Array(20...33) + Array(40...47) + Array(50...54))
        .map { $0 < 10 ? "SR-0\($0)" : "SR-\($0)" } + ["derived", "measured", "bench"]),
    unconfirmed: ["m", "datasheet", "proposal", "local"],
    advice: "\"SR-06\", \"derived\", \"measured\" or \"bench\", or \"datasheet\", \"proposal\", "
      + "\"local\" or \"m\" with \", unconfirmed\"")
}

extension TextForm {
  /// The label of a chip or the name of a line, as the kernel has it.
  static let label = TextForm(
    "a label as the kernel has it (a letter or digit, then at most 31 letters, digits and "
      + "any of - _ . : , @ +)", most: 32,
    first: { isLetter($0) || isDigit($0) },
    rest: { isLetter($0) || isDigit($0) || "-_.:,@+".unicodeScalars.contains($0) })

  /// The last components of a device's path in sysfs.
  static let devicePath = TextForm(
    "the end of a device's path in sysfs, such as \"fe20c000.pwm\" (1 to 6 names with / between)"
  ) { text in
    let parts = text.components("/")
    return parts.count <= 6 && parts.allSatisfy(label.allows)
  }
}

/// Reads board definitions.
public enum BoardLibrary {
  /// The family of board definitions.
  public static let family = FileFamily(
    letter: "B", deepest: 7, sources: .electronics,
    ownCodes: [.usedTwice, .calibration, .failsActive, .resolution])

  /// How boards are found: `NMES_HARDWARE` or `Hardware/`.
  public static let kind = NamedFiles.Kind(
    folder: "Hardware", variable: "NMES_HARDWARE", item: "board", content: "board")

  /// Reads a board definition; throws every error of the text at once.
  public static func parseBoard(
    text: String, file: String
  ) throws(FileRefusal) -> BoardDefinition {
    try family.parse(text: text, file: file) { BoardReader($0, findings: $1)?.read() }
  }

  /// Reads a board definition's file.
  public static func loadBoard(file: String) throws(LibraryError) -> BoardDefinition {
    try family.load(file: file) { BoardReader($0, findings: $1)?.read() }
  }

  /// A board by its name in a directory.
  public static func loadBoard(
    _ name: String, in files: NamedFiles
  ) throws(LibraryError) -> BoardDefinition {
    try files.load(name, nameOf: \.name) { (file) throws(LibraryError) in
      try loadBoard(file: file)
    }
  }

  /// A board by its name or by a path.
  public static func loadBoard(
    _ argument: String, boards: () throws(LibraryError) -> NamedFiles
  ) throws(LibraryError) -> BoardDefinition {
    if NamedFiles.isPath(argument) { return try loadBoard(file: argument) }
    return try loadBoard(argument, in: try boards())
  }
}
