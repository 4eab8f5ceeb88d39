// Decides: the form of log lines: for people on a terminal, with a priority for the journal
// elsewhere; and which levels are written.
// Leaves to others: what is logged, and writing (LineWriter).

import Foundation
public import Logging
public import StimulationCore
import Synchronization

/// Where the daemon's log lines go: standard error, which systemd hands to its journal.
public final class Journal: Sendable {
  /// How a line is written.
  public enum Form: Sendable, Equatable {
    /// `nmesd: notice: text`
    case terminal
    /// `<5>text`, which the journal reads as the priority.
    case journal
  }

  /// The longest line, in characters; the rest is left out.
  public static let longestLine = 4_096

  private let form: Form
  private let writer: LineWriter
  private let least: Mutex<Logger.Level>

  /// Lines to a descriptor that stays open.
  public init(descriptor: Int32, form: Form, level: Logger.Level = .info) {
    self.form = form
    least = Mutex(level)
    writer = LineWriter(descriptor) { dropped in
      Self.line(form, .warning, "\(dropped) log lines found no place and were dropped")
    }
  }

  /// Standard error: for people when it is a terminal.
  public static func standardError() -> Journal {
    Journal(
      descriptor: STDERR_FILENO, form: isatty(STDERR_FILENO) == 1 ? .terminal : .journal)
  }

  /// The least level that is written.
  public var level: Logger.Level {
    get { least.withLock { $0 } }
    set { least.withLock { $0 = newValue } }
  }

  /// How many lines found no place.
  var dropped: UInt64 { writer.dropped }

  /// A logger that writes here.
  public func logger(_ label: String) -> Logger {
    Logger(label: label) { _ in JournalHandler(journal: self) }
  }

  /// Waits until the lines so far are out, or a time has passed.
  public func drain(_ patience: Nanoseconds = .seconds(1)) { writer.drain(patience) }

  func write(_ level: Logger.Level, _ text: String) { writer.write(Self.line(form, level, text)) }

  static func line(_ form: Form, _ level: Logger.Level, _ text: String) -> String {
    let plain = printable(text)
    switch form {
    case .terminal: return "nmesd: \(level.rawValue): \(plain)"
    case .journal: return "<\(priority(level))>\(plain)"
    }
  }

  /// The text on one line: a client's words must not look like lines of ours.
  private static func printable(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if plain.count >= longestLine { break }
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .format:
        plain.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: plain.append(scalar)
      }
    }
    return String(plain)
  }

  /// The priority as syslog counts it.
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}

/// One logger's end of the journal.
struct JournalHandler: LogHandler {
  let journal: Journal
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private var own: Logger.Level?

  init(journal: Journal) { self.journal = journal }

  /// The journal's level, which a reload changes, unless this logger has one of its own.
  var logLevel: Logger.Level {
    get { own ?? journal.level }
    set { own = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = metadata
    if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
    if let stated = event.metadata { fields.merge(stated) { _, new in new } }
    let parts = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    journal.write(event.level, (["\(event.message)"] + parts).joined(separator: " "))
  }
}
