// Decides: how a defined board at this computer's lines becomes the host of sessions.
// Leaves to others: opening it (LinuxBoard), its figures (BoardDefinition), who may drive it.

public import BoardSupport
internal import CRealTime
import LinuxBoard
import RealTimeLoop

/// Boards on the real clock, by their definition.
public enum LinuxHost {
  /// What the loop asks of SCHED_FIFO: above everything that serves it, below the kernel's own.
  public static let priority: Int32 = 80

  /// Opens a board; every output is inactive afterwards, and stays so until a session.
  ///
  /// A board with a patient circuit is refused while a calibration of it is unconfirmed: its
  /// amplitudes would be guesses.
  public static func open(_ definition: BoardDefinition) throws(StimulatorError) -> any LoopHost {
    let hasPatient = definition.patientCircuit != .none
    if hasPatient && !definition.isCalibrated {
      throw .board(
        "board \"\(definition.name)\" is not calibrated: run nmes board calibrate for each "
          + "channel first")
    }
    let descriptor = nmes_event_create()
    if descriptor < 0 {
      throw .board("no event descriptor (error \(-descriptor)); close other programs")
    }
    do throws(LinuxBoardError) {
      let board = try LinuxBoard(definition, request: descriptor)
      let leftovers = board.leftovers.map(\.description)
      return BoardHost(
        board, place: SessionPlace(board: definition.name, isSimulated: !hasPatient),
        leftovers: leftovers, limits: { definition.limitLayer(for: $0) }, priority: priority,
        wakeDescriptor: descriptor
      ) { loop in
        while !loop.mayEnd { provenTurn(&loop) }
      }
    } catch {
      _ = nmes_event_close(descriptor)
      throw .board(error.description)
    }
  }
}
