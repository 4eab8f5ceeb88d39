// Decides: which targets a session that runs by itself asks for, of which channels and in which
// order.
// Leaves to others: the amplitudes (SessionRequest) and climbing to them (Setpoint).

import ProtocolLibrary
import StimulationCore

/// A target of one channel, or of all.
struct ChannelTarget: Equatable {
  let amplitude: Microamperes
  /// The channel, counted from 0; `nil` for all.
  let channel: Int?
}

extension PlannedSession {
  /// The starting amplitudes as targets: the lowest for all channels, then each higher one.
  ///
  /// A target ends at any other command (SR-14), so that each is asked for when the one before
  /// is reached.
  var targets: [ChannelTarget] {
    let starts = (0..<plan.channelCount).map { plan[channel: $0].startingAmplitude }
    let lowest = starts.min() ?? .zero
    return [ChannelTarget(amplitude: lowest, channel: nil)]
      + starts.enumerated().filter { $0.element > lowest }.map {
        ChannelTarget(amplitude: $0.element, channel: $0.offset)
      }
  }
}
