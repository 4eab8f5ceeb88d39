// Decides: what is kept while one file is read.
// Leaves to others: reading it (Section, the readers) and printing (FileRefusal).

/// One value of a file with where it comes from, for `show`.
public struct SourcedValue: Sendable, Equatable, Codable {
  /// The key with its section, for example `pulse.leadingPhase`.
  public let key: String
  /// The value as text.
  public let text: String
  /// Its source.
  public let source: String

  /// Whether the source says that the value is unconfirmed.
  public var isUnconfirmed: Bool { source.hasSuffix("unconfirmed") }
}

/// The errors found so far in one file, and the sourced values in the order of reading.
public final class Findings {
  /// The family that the file belongs to.
  public let family: FileFamily
  /// The errors, in the order in which they were found.
  public private(set) var diagnostics: [Diagnostic]
  /// The values that say where they come from.
  public internal(set) var values: [SourcedValue] = []
  /// Where each key's value stands, by the key with its sections.
  public internal(set) var locations: [String: SourceLocation] = [:]

  init(_ diagnostics: [Diagnostic], family: FileFamily) {
    self.diagnostics = diagnostics
    self.family = family
  }

  /// Notes an error.
  public func report(_ code: DiagnosticCode, _ location: SourceLocation, _ message: String) {
    diagnostics.append(Diagnostic(code, of: family.letter, at: location, message))
  }
}
