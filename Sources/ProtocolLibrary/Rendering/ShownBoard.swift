// Decides: what must be known of a board to show how it delivers a protocol.
// Leaves to others: finding the board (the commands), and whether it can deliver it at all
// (StimulationPlan).

public import StimulationCore

/// The board that a protocol is shown for.
public struct ShownBoard: Sendable {
  /// Its name.
  public let name: String
  /// What it can do.
  public let capabilities: BoardCapabilities

  /// A board by its name.
  public init(name: String, capabilities: BoardCapabilities) {
    self.name = name
    self.capabilities = capabilities
  }

  /// The interphase gap of a pulse in words, on a board or on any (SR-31).
  static func gapText(_ pulse: PulsePlan, on board: ShownBoard?) -> String {
    guard let board else { return DeliveredGap.textWithoutBoard(pulse.interphaseGap) }
    return DeliveredGap(of: pulse, on: board.capabilities).text(on: board.name)
  }
}
