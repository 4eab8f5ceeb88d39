// Decides: `nmes board`, its listings, and how a board is found.
// Leaves to others: reading and checking definitions (BoardSupport), and what is done with a
// machine or a board (the other Board commands).

import ArgumentParser
import BoardSupport
import CheckedFiles
import Foundation

struct BoardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board",
    abstract: "Board definitions, the machine for them, self-test and calibration.",
    discussion: """
      Boards are files of Hardware/. NMES_HARDWARE names another directory; without it, the \
      working directory, the folders above the program and /usr/share/nmes are looked at.
      """,
    subcommands: [
      List.self, Show.self, Check.self, BoardDoctorCommand.self, BoardSelfTestCommand.self,
      BoardCalibrateCommand.self,
    ])

  /// The directory of boards.
  static func find() throws(LibraryError) -> NamedFiles {
    try NamedFiles.find(
      BoardLibrary.kind, environment: ProcessInfo.processInfo.environment,
      workingDirectory: FileManager.default.currentDirectoryPath,
      executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
  }

  /// A board by its name or by a path.
  static func definition(_ argument: String) throws -> BoardDefinition {
    do throws(LibraryError) {
      return try BoardLibrary.loadBoard(argument, boards: BoardCommand.find)
    } catch {
      throw Failure(error)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the boards of Hardware/ by name.")
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      var listings: [BoardListing] = []
      do throws(LibraryError) {
        let files = try BoardCommand.find()
        for name in try files.names() {
          listings.append(BoardListing(try BoardLibrary.loadBoard(name, in: files)))
        }
      } catch {
        throw Failure(error)
      }
      if json { try Output.json(listings) } else { Output.line(BoardText.list(listings)) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a board: lines, PWM, converters, and every value with its source.")
    @Argument(help: "A board's name or a file.") var name: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let board = try BoardCommand.definition(name)
      if json { try Output.json(BoardModel(board)) } else { Output.line(BoardText.show(board)) }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check board definitions; every error with file, line and column.")
    @Argument(help: "Files.", completion: .file(extensions: ["yaml"])) var files: [String]
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      try FileChecks.run(files, json: json) { (file) throws(LibraryError) in
        let board = try BoardLibrary.loadBoard(file: file)
        let channels = board.channels.count
        return "\(board.name) \(board.revision), \(channels) channel\(channels == 1 ? "" : "s")"
      }
    }
  }
}
