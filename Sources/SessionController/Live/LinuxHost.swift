// Decides: how a defined board at this computer's lines becomes the host of sessions.
// Leaves to others: opening it (LinuxBoard), its figures (BoardDefinition), who may drive it.

public import BoardSupport
internal import CRealTime
import LinuxBoard
import RealTimeLoop

/// What a board is opened for.
public enum BoardUse: Sendable {
  /// Sessions of a person, or of a bench that has no patient circuit.
  case sessions
  /// Self-test and calibration. Somebody has ruled out that a person is connected.
  case bench
}

/// Boards on the real clock, by their definition.
public enum LinuxHost {
  /// What the loop asks of SCHED_FIFO: above everything that serves it, below the kernel's own.
  public static let priority: Int32 = 80

  /// Opens a board; every output is inactive afterwards, and stays so until a session.
  ///
  /// For sessions a board with a patient circuit is refused while a calibration of it is
  /// unconfirmed: its amplitudes would be guesses. A bench is where they are measured.
  ///
  /// - Parameters:
  ///   - processor: the one that the loop's thread keeps to; when not named, the one that is
  ///     isolated for it, or any where none is.
  ///   - notGranted: is told, at a session's begin, what the kernel does not grant.
  public static func open(
    _ definition: BoardDefinition, for use: BoardUse = .sessions, processor: Int32? = nil,
    notGranted: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(StimulatorError) -> any LoopHost {
    let hasPatient = definition.mayReachPatient && use == .sessions
    if hasPatient && !definition.isCalibrated {
      let reason =
        "board \"\(definition.name)\" is not calibrated: run nmes board calibrate for each "
        + "channel first"
      throw .board(([reason] + stillLeftovers(definition)).joined(separator: "; "))
    }
    let chosen = processor ?? isolatedProcessor
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
        // Held for the session: its end lets the processor sleep deeply again.
        let hold = awake(notGranted)
        keep(onProcessor: chosen, notGranted)
        while !loop.mayEnd { provenTurn(&loop) }
        _ = consume hold
      }
    } catch {
      _ = nmes_event_close(descriptor)
      throw .board(error.description)
    }
  }

  /// Opens a board that is refused anyway, which stops what somebody left running (SR-03), and
  /// gives it back; answers what that was.
  private static func stillLeftovers(_ definition: BoardDefinition) -> [String] {
    do throws(LinuxBoardError) {
      let board = try LinuxBoard(definition)
      return board.leftovers.map(\.description)
    } catch {
      guard case .afterLeftovers(let leftovers, _) = error else { return [] }
      return leftovers.map(\.description)
    }
  }

  /// The processor that this machine keeps for a loop.
  public static var isolatedProcessor: Int32? {
    Doctor(.this, priority: priority).isolatedProcessor
  }

  private static func awake(_ notGranted: (String) -> Void) -> LatencyHold? {
    do throws(SystemFailure) { return try LatencyHold() } catch {
      notGranted("the processor may sleep deeply (\(LatencyHold.systemPath): \(error))")
      return nil
    }
  }

  private static func keep(onProcessor processor: Int32?, _ notGranted: (String) -> Void) {
    guard let processor else { return }
    do throws(SystemFailure) { try LatencyHold.keepThread(onProcessor: processor) } catch {
      notGranted("the loop does not keep to processor \(processor): \(error)")
    }
  }
}
