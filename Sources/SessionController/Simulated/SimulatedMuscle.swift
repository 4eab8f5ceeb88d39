// Decides: which muscle the simulator takes for a stage when nobody knows the patient's own.
// Leaves to others: what such a muscle is in numbers (DenervationState).
//
// A proposal, unconfirmed: the stages of `clinical.md` say by which finding each is entered, and
// its muscle table has chronaxie and rheobase by state. A stage gets the state that answers as
// its finding says, by Weiss I = b(1 + c/d) [C37], within the ceiling that its preset has:
//
// | state under 180 cm²  | 20 ms   | 30 ms   | 67 ms   |
// |----------------------|---------|---------|---------|
// | early, b 25, c 5     | 31 mA   | 29 mA   | 27 mA   |
// | denervated, b 50, c 15 | 88 mA | 75 mA   | 61 mA   |

import ProtocolLibrary
import SimulatedBoard

extension Stage {
  /// The muscle that the simulator takes for the stage.
  var simulatedMuscle: DenervationState {
    switch self {
    // Weeks to months after the lesion; S5's nerve is returning.
    case .s0, .s1, .s5: return .earlyDenervated
    // No answer at 40 ms, then a twitch at 60 ms or less: rheobase and chronaxie are high, and
    // half the fibres answer near the ceilings of 60 and 95 mA.
    case .s2, .s3: return .denervated
    // A fused contraction at 40 ms for the whole pulse, 20 ms a phase, is what enters S4: a
    // muscle that answers so at 55 mA has a short chronaxie again, conditioned by S2 and S3.
    case .s4: return .earlyDenervated
    // Short pulses work, which only a nerve makes possible.
    case .s6, .s7: return .innervated
    }
  }
}
