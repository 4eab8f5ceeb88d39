// Decides: which bit of the input request tells what, and which inputs have edges.
// Leaves to others: what is made of it (LinuxBoard+Read).

import BoardSupport
import StimulationCore

/// The bits of all inputs, in the order of the definition's input lines. Without references,
/// which the loop may not count.
struct InputMap {
  var emergencyStopClosed: UInt64 = 0
  var overCurrentClear: UInt64 = 0
  var highVoltagePresent: UInt64 = 0
  var contactClosed: UInt64 = 0
  var heartbeatSeen: UInt64 = 0
  /// The line whose edges each channel's pulses are counted by.
  var pulseStarted: InlineArray<8, UInt32?>

  // Another module's constants are read through an initialiser that may lock.
  let closed = SafetyLines.emergencyStopClosed.rawValue
  let clear = SafetyLines.overCurrentClear.rawValue
  let present = SafetyLines.highVoltagePresent.rawValue
  let contact = SafetyLines.contactClosed.rawValue
  let seen = SafetyLines.heartbeatSeen.rawValue
  let held = SafetyLines.outputsHeld.rawValue

  /// The lines whose falling ends everything: they wake the loop at once.
  var faults: UInt64 { emergencyStopClosed | overCurrentClear | highVoltagePresent }

  init(_ definition: BoardDefinition) {
    pulseStarted = InlineArray(repeating: nil)
    for (index, line) in definition.inputLines.enumerated() {
      let bit = UInt64(1) << UInt64(index)
      switch line.function {
      case .emergencyStopClosed: emergencyStopClosed = bit
      case .overCurrentClear: overCurrentClear = bit
      case .highVoltagePresent: highVoltagePresent = bit
      case .contactClosed: contactClosed = bit
      case .heartbeatSeen: heartbeatSeen = bit
      case .pulseStarted(let channel): pulseStarted[channel] = UInt32(index)
      }
    }
  }

  /// What a line is asked for.
  static func kind(of function: InputFunction) -> LineKind {
    switch function {
    case .emergencyStopClosed, .overCurrentClear, .highVoltagePresent: return .watched
    case .contactClosed, .heartbeatSeen: return .level
    case .pulseStarted: return .counted
    }
  }

  /// The lines' meaning, as bits of ``SafetyLines``.
  @inline(__always)
  func lines(_ active: UInt64) -> UInt8 {
    var bits: UInt8 = 0
    if active & emergencyStopClosed != 0 { bits |= closed }
    if active & overCurrentClear != 0 { bits |= clear }
    if active & highVoltagePresent != 0 { bits |= present }
    if active & contactClosed != 0 { bits |= contact }
    if active & heartbeatSeen != 0 { bits |= seen }
    return bits
  }
}
