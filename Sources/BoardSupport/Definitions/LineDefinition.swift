// Decides: what a board definition says of GPIO lines.
// Leaves to others: requesting and driving them (LinuxBoard), reading the file (BoardReader).

/// What pulls a line that nobody drives.
public enum LineBias: String, CaseIterable, Sendable, CustomStringConvertible {
  /// The host leaves it alone: the board's own resistor decides.
  case none
  /// The host pulls it up.
  case pullUp
  /// The host pulls it down.
  case pullDown

  /// The bias's name in files.
  public var description: String { rawValue }
}

/// One GPIO line. It is found by its name on the chip of its group, never by a number.
public struct LineDefinition: Sendable, Equatable {
  /// The line's name as the kernel knows it, such as `GPIO17`.
  public let name: String
  /// Whether the active level is low.
  public let isActiveLow: Bool
  /// What pulls it.
  public let bias: LineBias

  /// Whether the pull alone would make the line active.
  public var isPulledActive: Bool { bias == (isActiveLow ? .pullDown : .pullUp) }
}

/// The board's output lines, all of them on one chip and in one request.
public struct OutputLines: Sendable {
  /// The label of the GPIO chip, such as `pinctrl-bcm2711`.
  public let chip: String
  /// The coil of the output relay.
  public let relayCoil: LineDefinition
  /// The heartbeat.
  public let heartbeat: LineDefinition
  /// The output indicator.
  public let indicator: LineDefinition
  /// The lines that choose the output range: none, one or two.
  public let rangeSelect: [LineDefinition]
}

/// The board's input lines, all of them on one chip and in one request. The board drives each
/// active while all is well, so that a broken wire and an unpowered board read tripped.
public struct InputLines: Sendable {
  /// The label of the GPIO chip.
  public let chip: String
  /// The emergency-stop chain is closed.
  public let emergencyStopClosed: LineDefinition
  /// The over-current comparator is not latched.
  public let overCurrentClear: LineDefinition
  /// The high-voltage supply is present.
  public let highVoltagePresent: LineDefinition
  /// The output relay's contact is closed.
  public let contactClosed: LineDefinition
  /// The missing-pulse detector sees the heartbeat.
  public let heartbeatSeen: LineDefinition
}
