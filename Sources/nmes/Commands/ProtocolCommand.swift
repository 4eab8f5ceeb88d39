// Decides: `nmes protocol`.
// Leaves to others: reading, checking and drawing protocols (ProtocolLibrary).

import ArgumentParser
import CheckedFiles
import Foundation
import ProtocolLibrary

struct ProtocolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protocol",
    abstract: "List, show, check and draw protocols.",
    subcommands: [List.self, Show.self, Check.self, Plot.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the presets by stage.")
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let listings: [ProtocolListing]
      do throws(LibraryError) {
        listings = try Presets.find().presets().map(ProtocolListing.init)
      } catch {
        throw Failure(error)
      }
      if json { try Output.json(listings) } else { Output.line(ProtocolText.list(listings)) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a protocol: every value with its source, and its figures at the ceiling.")
    @Argument(help: "A preset's name or a file.", completion: Completions.protocols)
    var name: String
    @OptionGroup var board: ShownBoardOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let therapy = try Presets.therapy(name)
      let board = try board.found()
      if json {
        try Output.json(ProtocolModel(therapy, on: board))
      } else {
        Output.line(ProtocolText.show(therapy, on: board))
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check protocol files; every error with file, line and column.")
    @Argument(help: "Files.", completion: .file(extensions: ["yaml"])) var files: [String]
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      try FileChecks.run(files, json: json) { (file) throws(LibraryError) in
        let therapy = try ProtocolLibrary.loadProtocol(file: file)
        return "\(therapy.name) \(therapy.version), stage \(therapy.stage.rawValue)"
      }
    }
  }

  struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draw a protocol as an SVG picture: its figures, one pulse and one train.")
    @Argument(help: "A preset's name or a file.", completion: Completions.protocols)
    var name: String
    @Option(help: "The picture.", completion: .file(extensions: ["svg"])) var output: String
    @OptionGroup var board: ShownBoardOption
    @Flag(help: "Replace the picture when it exists already.") var force = false

    func run() throws {
      let picture = ProtocolPlot.svg(try Presets.therapy(name), on: try board.found())
      try FileOutput.write(picture, to: output, replaces: force)
    }
  }
}
