// Decides: what a diagnostic carries, how it is printed and sorted.
// Leaves to others: finding errors (SourceScan, SourceTree and the readers).

/// Where a value stands.
public struct SourceLocation: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The file as the caller named it.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in Unicode scalars, counted from 1.
  public let column: Int

  /// A place in a file.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`
  public var description: String { "\(file):\(line):\(column)" }
}

/// One error of a file.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  /// Where.
  public let location: SourceLocation
  /// The letter of the file's family, such as `P`.
  public let letter: String
  /// What kind.
  public let code: DiagnosticCode
  /// What is wrong, the limit and what to do, on one line.
  public let message: String

  /// An error at a place of a file of the family with that letter.
  public init(
    _ code: DiagnosticCode, of letter: String, at location: SourceLocation, _ message: String
  ) {
    self.location = location
    self.letter = letter
    self.code = code
    self.message = message
  }

  /// The code as it is printed, such as `P012`.
  public var name: String { code.name(of: letter) }

  /// `file:line:column: error[P012]: what, the limit, what to do`
  public var description: String { "\(location): error[\(name)]: \(message)" }

  static func precedes(_ left: Diagnostic, _ right: Diagnostic) -> Bool {
    let one = (left.location.line, left.location.column, left.code.number, left.message)
    let other = (right.location.line, right.location.column, right.code.number, right.message)
    return one < other
  }
}

/// All errors of one file, sorted by place.
public struct FileRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// The errors, at least one, at most ``mostDiagnostics``.
  public let diagnostics: [Diagnostic]

  /// The most errors that one file lists.
  public static let mostDiagnostics = 100

  /// The refusal of a file in which these errors were found.
  public init(_ found: [Diagnostic]) {
    precondition(!found.isEmpty, "a refusal says why")
    var sorted = found.sorted(by: Diagnostic.precedes)
    if sorted.count > FileRefusal.mostDiagnostics {
      let hidden = sorted.count - FileRefusal.mostDiagnostics + 1
      let first = sorted[FileRefusal.mostDiagnostics - 1]
      sorted.removeSubrange((FileRefusal.mostDiagnostics - 1)...)
      let message =
        "\(hidden) more errors are not listed; the limit is "
        + "\(FileRefusal.mostDiagnostics); correct these first"
      sorted.append(Diagnostic(.moreErrors, of: first.letter, at: first.location, message))
    }
    diagnostics = sorted
  }

  /// Whether the file is well formed and only limits refuse it (exit 3, not 2).
  public var isRefusal: Bool { diagnostics.allSatisfy(\.code.isRefusal) }

  /// One line an error.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
