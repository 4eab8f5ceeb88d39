// Decides: what `nmesd --check-config` looks at and says.
// Leaves to others: reading each file (its library), and opening anything.

import BoardSupport
import CheckedFiles
import ProtocolLibrary

/// A configuration with everything that it names, read and not opened.
public struct ConfigurationCheck: Sendable {
  /// What would hold, a line each.
  public private(set) var lines: [String] = []
  /// What is wrong, a line each: errors of files as `file:line:column: error[D012]: …`.
  public private(set) var problems: [String] = []
  /// Whether each problem is a limit that refuses what is well formed (exit 3).
  public private(set) var isRefusal = true

  /// Checks the file that the options name, else the standard one.
  public init(_ options: DaemonOptions, _ surroundings: DaemonSurroundings) {
    var options = options
    let file = options.config ?? DaemonConfiguration.standardPath
    options.config = file
    let settings: DaemonSettings
    do throws(DaemonFailure) {
      settings = try DaemonSettings(options, surroundings)
    } catch {
      note(error.description, error.isRefusal)
      return
    }
    do throws(DaemonFailure) { _ = try settings.boardDefinition() } catch {
      note(error.description, error.isRefusal)
    }
    checkLibrary(settings)
    if problems.isEmpty { lines = ["\(file): holds"] + Self.lines(settings) }
  }

  private mutating func note(_ text: String, _ isRefusal: Bool) {
    problems += text.split(separator: "\n").map(String.init)
    self.isRefusal = self.isRefusal && isRefusal
  }

  private mutating func note(_ error: LibraryError) { note(error.description, error.isRefusal) }

  private mutating func checkLibrary(_ settings: DaemonSettings) {
    do throws(LibraryError) {
      for name in try settings.protocols.names() {
        do throws(LibraryError) { _ = try settings.protocols.load(name) } catch { note(error) }
      }
    } catch { note(error) }
    let library = ServedLibrary(
      protocols: settings.protocols, prescriptions: settings.prescriptions)
    do throws(LibraryError) {
      for name in try library.prescriptionFiles() {
        do throws(LibraryError) { _ = try library.loadPrescription(name) } catch { note(error) }
      }
    } catch { note(error) }
  }

  private static func lines(_ settings: DaemonSettings) -> [String] {
    let isSimulated = settings.board == DaemonSettings.simulated
    let watchdog = settings.watchdog.map { "\($0.device), \($0.timeout)" }
    return [
      "board: \(settings.board)" + (isSimulated ? ", \(settings.pace) times real time" : ""),
      "runtime directory: \(settings.runtimeDirectory.path)",
      "log: \(settings.log)",
      "protocols: \(settings.protocols.path)",
      "prescriptions: \(settings.prescriptions ?? "none")",
      "processor: \(settings.processor.map(String.init) ?? "the isolated one, or any")",
      "log level: \(settings.logLevel.rawValue)",
      "metrics: "
        + (settings.metricsPort.map { "http://127.0.0.1:\($0)/metrics" } ?? "off"),
      "watchdog: \(watchdog ?? "off")",
    ]
  }
}
