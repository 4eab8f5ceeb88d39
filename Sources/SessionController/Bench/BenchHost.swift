// Decides: which boards a bench session may drive, and with which clock and host.
// Leaves to others: who confirms that nobody is connected (nmes), and opening lines (LinuxBoard).

public import BoardSupport
public import ProtocolLibrary
public import StimulationCore

/// A board for a bench session: the simulated one, or one by its definition.
public enum BenchBoard: Sendable {
  /// The simulated board, behaving as it is told.
  case simulated(SimulatedHostOptions)
  /// A board at this computer's lines.
  case defined(BoardDefinition)

  /// The board's name.
  public var name: String {
    switch self {
    case .simulated: return SimulatedRun.boardName
    case .defined(let definition): return definition.name
    }
  }

  /// Whether a person could be connected, which somebody must then have ruled out.
  public var hasPatientCircuit: Bool {
    guard case .defined(let definition) = self else { return false }
    return definition.mayReachPatient
  }

  /// What the board can do.
  public var capabilities: BoardCapabilities {
    switch self {
    case .simulated(let options):
      return SimulatedRun.capabilities(channelCount: options.channelCount)
    case .defined(let definition): return definition.capabilities
    }
  }

  /// The limits that the board sets.
  public var limits: LimitLayer {
    switch self {
    case .simulated: return LimitLayer(source: .board)
    case .defined(let definition): return definition.limitLayer(for: .standard)
    }
  }

  /// Opens the board; every output is inactive afterwards.
  public func open() throws(StimulatorError) -> any LoopHost {
    switch self {
    case .simulated(let options): return try SimulatedHost(options)
    case .defined(let definition): return try LinuxHost.open(definition, for: .bench)
    }
  }

  /// A plan for this board.
  public func plan(
    _ request: BenchRequest, today: CalendarDate
  ) throws(BenchFailure) -> PlannedSession {
    do throws(SessionRefusal) {
      return try request.makeSession(on: capabilities, layer: limits, today: today)
    } catch {
      throw .plan(error)
    }
  }
}
