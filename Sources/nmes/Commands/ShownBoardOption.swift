// Decides: which board `protocol show` and `protocol plot` show a protocol for.
// Leaves to others: finding its file (BoardLibrary) and what is shown of it (ProtocolLibrary).

import ArgumentParser
import BoardSupport
import CheckedFiles
import ProtocolLibrary
import SessionController
import StimulationCore

struct ShownBoardOption: ParsableArguments {
  @Option(
    help: "Show what this board delivers: \"simulated\", or one by name or file.",
    completion: Completions.boards)
  var board: String?

  /// The board, if one is named.
  func found() throws -> ShownBoard? {
    guard let board else { return nil }
    if board == SimulatedRun.boardName {
      return ShownBoard(
        name: board, capabilities: SimulatedRun.capabilities(channelCount: maximumChannels))
    }
    do throws(LibraryError) {
      let definition = try BoardLibrary.loadBoard(board, boards: BoardCommand.find)
      return ShownBoard(name: definition.name, capabilities: definition.capabilities)
    } catch {
      throw Failure(error)
    }
  }
}
