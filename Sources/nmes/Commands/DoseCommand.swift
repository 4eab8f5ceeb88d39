// Decides: `nmes dose`.
// Leaves to others: reading and verifying the log (DoseLog).

import ArgumentParser
import ControlAPI
import DoseLog
import Foundation
import OperatorConsole
import SessionController

struct LogOption: ParsableArguments {
  @Option(
    help: "The log; $XDG_STATE_HOME/nmes/dose.sqlite when not named.",
    completion: .file(extensions: ["sqlite"]))
  var log: String?

  /// The log's path.
  var path: String {
    log ?? StateFile.path("dose.sqlite")
  }

  func reader() throws -> DoseLogReader {
    do throws(DoseLogError) { return try DoseLogReader(path: path) } catch {
      throw Failure(error)
    }
  }
}

/// The log of a running daemon, read through its socket for watching.
struct ServedLog {
  private let directory: RuntimeDirectory

  /// The daemon's log, unless a file is named or no daemon is.
  init?(_ log: LogOption, _ runtime: RuntimeOption) {
    guard log.log == nil, runtime.isNamed else { return nil }
    directory = runtime.directory
  }

  /// Prints what the daemon says, which cannot steer the terminal.
  static func print(_ text: String) { Output.line(TerminalText.safeLines(text)) }

  func ask<R: ControlRequest>(_ request: R) throws -> R.Response {
    do throws(ControlClientError) {
      return try Watching.connect(directory, as: "nmes dose").call(request)
    } catch {
      throw Failure(error)
    }
  }
}

struct DoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dose",
    abstract: "List, show and verify the doses delivered.",
    discussion: """
      The log is the file that --log names; else, with --runtime-directory or \
      NMES_RUNTIME_DIRECTORY, the one that the daemon keeps; else the standard file.
      """,
    subcommands: [List.self, Show.self, Verify.self, Acknowledge.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the sessions, newest first.")
    @OptionGroup var log: LogOption
    @OptionGroup var runtime: RuntimeOption
    @Option(help: "How many sessions at the most.") var newest = 50
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      if newest < 1 { throw ValidationError("--newest takes a number from 1") }
    }

    func run() throws {
      if let daemon = ServedLog(log, runtime) {
        let answer = try daemon.ask(DoseListRequest(limit: newest))
        return json ? try Output.json(answer.sessions) : ServedLog.print(answer.text)
      }
      do throws(DoseLogError) {
        let sessions = try DoseLogReader(path: log.path).sessions(newest: newest)
        if json {
          do { try Output.json(sessions) } catch { throw .badRecord(what: "\(error)") }
        } else {
          Output.line(DoseTables.list(sessions))
        }
      } catch {
        throw Failure(error)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one session: doses by channel, events and checks.")
    @Argument(help: "A session's number, or \"last\".") var session: String
    @OptionGroup var log: LogOption
    @OptionGroup var runtime: RuntimeOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      if let daemon = ServedLog(log, runtime) {
        let number = Int64(session)
        let answer = try daemon.ask(
          DoseShowRequest(session: number.map { .session($0) } ?? .last))
        return json ? try Output.json(answer.session) : ServedLog.print(answer.text)
      }
      let detail: SessionDetail
      do throws(DoseLogError) {
        let reader = try DoseLogReader(path: log.path)
        guard let id = try identifier(reader) else {
          throw DoseLogError.noSession(path: reader.path)
        }
        detail = try reader.detail(id)
      } catch {
        throw Failure(error)
      }
      if json { try Output.json(detail) } else { Output.line(DoseTables.show(detail)) }
    }

    private func identifier(_ reader: DoseLogReader) throws(DoseLogError) -> SessionID? {
      if session == "last" { return try reader.lastSession() }
      return Int64(session).map(SessionID.init(rawValue:))
    }

    func validate() throws {
      if session != "last" && Int64(session) == nil {
        throw ValidationError("\"\(session)\" is neither a session's number nor \"last\"")
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify the log's hash chain; names the first record that is not as written.")
    @OptionGroup var log: LogOption
    @OptionGroup var runtime: RuntimeOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      if ServedLog(log, runtime) != nil {
        throw Failure(
          .badInput, "verify reads the file itself, not the daemon; name it with --log")
      }
      let report: VerifyReport
      do throws(DoseLogError) { report = try DoseLogReader.verify(path: log.path) } catch {
        throw Failure(error)
      }
      if json { try Output.json(report) } else { Output.line(DoseTables.verification(report)) }
      if !report.isIntact { throw Failure(.negative, "the log is not as it was written") }
    }
  }

  struct Acknowledge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Acknowledge the shorts, over-currents and welded relays that stand on a board.",
      discussion: """
        Arming is refused while such an event stands (SR-05). The board need not be named where \
        events stand on one board alone. What stands in the daemon's log is acknowledged by its \
        console.
        """)
    @OptionGroup var log: LogOption
    @OptionGroup var runtime: RuntimeOption
    @Option(
      help: "The board, as the log names it; the one with standing events when not named.",
      completion: Completions.boards)
    var board: String?
    @Option(help: "Who acknowledges; your user name when not named.") var actor: String?
    @Option(help: "What was found and done.") var note: String

    func validate() throws {
      if note.allSatisfy(\.isWhitespace) {
        throw ValidationError("--note is empty; say what was found and done")
      }
    }

    func run() throws {
      if ServedLog(log, runtime) != nil {
        throw Failure(
          .badInput,
          "the daemon's hazards are acknowledged by its operator: nmes console, acknowledge")
      }
      let hazards: [StandingHazard]
      do throws(DoseLogError) {
        // A writer makes a log where there is none, and there is nothing to acknowledge in that.
        hazards = try DoseLogReader(path: log.path).hazards(on: board)
      } catch {
        throw Failure(error)
      }
      // One note says what was done to one board.
      let boards = Set(hazards.map(\.board)).sorted()
      if boards.count > 1 {
        throw Failure(
          .badInput,
          "events stand on \(boards.joined(separator: " and on ")); name one with --board")
      }
      if hazards.isEmpty {
        let place = board.map { " on \($0)" } ?? ""
        return Output.line("nothing stands to be acknowledged\(place)")
      }
      do throws(DoseLogError) { try acknowledge(hazards) } catch { throw Failure(error) }
    }

    private func acknowledge(_ hazards: [StandingHazard]) throws(DoseLogError) {
      let writer = try DoseLogWriter(path: log.path)
      let machine = ClockReading.ofMachine(isSynchronised: true).wall
      let clock = SimulatedWallClock(
        machine: machine, newestRecord: try writer.reader.newestRecord())
      for hazard in hazards {
        try writer.acknowledge(
          event: hazard.event, actor: actor ?? NSUserName(), text: note,
          at: clock.reading(at: .zero))
        Output.line(
          "acknowledged: \(hazard.interlock) of event \(hazard.event) on \(hazard.board)")
      }
    }
  }
}
