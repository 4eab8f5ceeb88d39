// Decides: `nmes console`, `status`, `watch` and `stop`: their options and exit statuses.
// Leaves to others: the console (OperatorConsole) and the daemon.

import ArgumentParser
import ControlAPI
import Foundation
import OperatorConsole

/// Where the daemon is.
struct RuntimeOption: ParsableArguments {
  @Option(
    help: "The daemon's folder of sockets; else NMES_RUNTIME_DIRECTORY, else /run/nmes.",
    completion: .directory)
  var runtimeDirectory: String?

  /// Whether somebody named it.
  var isNamed: Bool {
    let named = ProcessInfo.processInfo.environment[RuntimeDirectory.variable] ?? ""
    return runtimeDirectory != nil || !named.isEmpty
  }

  /// The folder.
  var directory: RuntimeDirectory {
    RuntimeDirectory(
      option: runtimeDirectory, environment: ProcessInfo.processInfo.environment)
  }
}

extension Failure {
  /// A daemon that does not answer, or refuses.
  init(_ error: ControlClientError) {
    if case .refused(let refusal) = error {
      let isBadInput = [.parse, .invalidRequest, .noSuchMethod, .invalidParameters]
        .contains(refusal.code)
      self.init(isBadInput ? .badInput : .refused, TerminalText.safe(refusal.message))
    } else {
      self.init(.negative, TerminalText.safe(error.description))
    }
  }
}

/// `nmes console`.
struct ConsoleSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Lead sessions of a running nmesd.",
    discussion: """
      STOP is one act at any time: Esc, Ctrl-C, Space on an empty line, or the word stop.
      On a terminal a live status stands above the line. Elsewhere lines go in and out, and STOP \
      is Ctrl-C, or the word stop and Enter. A terminal without a screen (TERM is dumb or not \
      set, or standard output goes elsewhere) looks on and stops, and leads nothing: nothing \
      tells whether it is still there.

      A script is a file of the same commands, and of:
        expect state running within 5 s       expect amplitude >= 20 mA [channel 1]
        expect refused [WORDS]                 wait 2 s
        answer all no    answer skin ok        # a comment
      It ends at quit or at the first failure, and a session that still runs then is stopped.

      Exit status: 0 done, 1 an expectation failed or the daemon is not reached, 2 bad input, \
      3 refused. Lines from a pipe or a file are all carried out, and the first that fails decides.
      """)
  @Option(help: "Run the commands of a file.", completion: .file()) var script: String?
  @OptionGroup var runtime: RuntimeOption

  func run() throws {
    if let script { return try run(script) }
    let end: ConsoleEnd
    do throws(ConsoleError) {
      end = try OperatorConsole.run(
        runtime.directory, environment: ProcessInfo.processInfo.environment)
    } catch {
      throw Failure(.negative, error.description)
    }
    try Self.finish(end)
  }

  private func run(_ file: String) throws {
    let text = try ScriptText.read(file)
    let steps: [ScriptLine]
    do throws(ScriptError) { steps = try ScriptParser.parse(text) } catch {
      throw Failure(.badInput, "\(file):\(error)")
    }
    let end: ConsoleEnd
    do throws(ConsoleError) {
      end = try OperatorConsole.run(steps, file: file, runtime.directory) { lines in
        if !lines.isEmpty { Output.line(lines.joined(separator: "\n")) }
      }
    } catch {
      throw Failure(.negative, error.description)
    }
    try Self.finish(end)
  }

  private static func finish(_ end: ConsoleEnd) throws {
    switch end {
    case .done: break
    case .failed(let message), .stopped(let message): throw Failure(.negative, message)
    case .wrong(let message): throw Failure(.badInput, message)
    case .refused(let message): throw Failure(.refused, message)
    }
  }
}

/// `nmes stop`.
struct StopSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "STOP the stimulator of a running nmesd.",
    discussion: """
      Needs no lease and waits behind nothing. Exit status: 0 when the outputs are inactive, \
      1 otherwise.
      """)
  @OptionGroup var runtime: RuntimeOption

  func run() throws {
    let (isInactive, text) = OperatorConsole.stop(runtime.directory)
    guard isInactive else { throw Failure(.negative, text) }
    Output.line(text)
  }
}

/// The text of a script.
enum ScriptText {
  /// The most bytes of a script.
  static let most = 1_048_576

  static func read(_ file: String) throws(Failure) -> String {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw Failure(.badInput, "\(file) cannot be read; name a script that is there")
    }
    let data: Data
    do { data = try handle.read(upToCount: most + 1) ?? Data() } catch {
      throw Failure(.badInput, "\(file) cannot be read: \(error.localizedDescription)")
    }
    if data.count > most { throw Failure(.badInput, "\(file) is longer than \(most) bytes") }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure(.badInput, "\(file) is not UTF-8 text")
    }
    return text
  }
}
