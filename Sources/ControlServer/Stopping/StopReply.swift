// Decides: how long a STOP's effect is watched, and the line that tells of it.
// Leaves to others: STOP itself (Stimulator) and sending the line.

import ControlAPI
import StimulationCore

/// The answer to a STOP.
enum StopReply {
  /// Outputs that are still active after so long are told so.
  static let patience = Nanoseconds.seconds(1)
  /// The outputs are looked at this often.
  static let step = Nanoseconds.microseconds(100)

  /// The result as JSON.
  static func result(inactive: Bool, reaction: Nanoseconds) -> String {
    "{\"inactive\":\(inactive),\"reaction_us\":\(reaction.rawValue / 1_000)}"
  }
}
