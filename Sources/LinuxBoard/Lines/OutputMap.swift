// Decides: which bit of the output request each function of the board has.
// Leaves to others: what is active when (LinuxBoard+Apply).

import BoardSupport
import StimulationCore

/// The output bits of one channel.
struct ChannelBits {
  var positive: UInt64 = 0
  var negative: UInt64 = 0
  var gateNegative: UInt64 = 0
  var gateCapacitor: UInt64 = 0
}

/// The bits of all outputs, in the order of the definition's output lines. Without references,
/// which the loop may not count.
struct OutputMap {
  var relayCoil: UInt64 = 0
  var heartbeat: UInt64 = 0
  var indicator: UInt64 = 0
  var rangeSelect: InlineArray<2, UInt64> = [0, 0]
  var channels: InlineArray<8, ChannelBits>
  /// Everything that lets current flow: phases and coil.
  var conducting: UInt64 = 0
  /// What the sequencers are told besides their times.
  var steering: UInt64 = 0
  /// All bits that choose the range.
  var selecting: UInt64 = 0

  init(_ definition: BoardDefinition) {
    channels = InlineArray(repeating: ChannelBits())
    for (index, line) in definition.outputLines.enumerated() {
      let bit = UInt64(1) << UInt64(index)
      switch line.function {
      case .relayCoil: relayCoil = bit
      case .heartbeat: heartbeat = bit
      case .indicator: indicator = bit
      case .rangeSelect(let place): rangeSelect[place] = bit
      case .phasePositive(let channel): channels[channel].positive = bit
      case .phaseNegative(let channel): channels[channel].negative = bit
      case .gateNegative(let channel): channels[channel].gateNegative = bit
      case .gateCapacitor(let channel): channels[channel].gateCapacitor = bit
      }
    }
    selecting = rangeSelect[0] | rangeSelect[1]
    conducting = relayCoil
    for index in 0..<maximumChannels {
      conducting |= channels[index].positive | channels[index].negative
      steering |= channels[index].gateNegative | channels[index].gateCapacitor
    }
  }

  /// The bits of a range's selection.
  func bits(ofSelection selection: UInt8) -> UInt64 {
    (selection & 1 != 0 ? rangeSelect[0] : 0) | (selection & 2 != 0 ? rangeSelect[1] : 0)
  }
}
