// Decides: how the status lines are put together on the real-time path.
// Leaves to others: the lines' state (SimulatedBoard).

import StimulationCore

/// The bits of ``SafetyLines``, taken once: building an option set is a generic call, and
/// another module's constants are read through an initialiser that may lock.
struct LineBits {
  let emergencyStopClosed = SafetyLines.emergencyStopClosed.rawValue
  let overCurrentClear = SafetyLines.overCurrentClear.rawValue
  let highVoltagePresent = SafetyLines.highVoltagePresent.rawValue
  let contactClosed = SafetyLines.contactClosed.rawValue
  let heartbeatSeen = SafetyLines.heartbeatSeen.rawValue
  let outputsHeld = SafetyLines.outputsHeld.rawValue
}
