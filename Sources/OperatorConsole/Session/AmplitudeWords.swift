// Decides: how a change of amplitude is told: which way each channel goes, and to what.
// Leaves to others: asking for it (CommandRunner) and what is permitted (the daemon).

internal import ControlAPI
internal import StimulationCore

enum AmplitudeWords {
  /// An amplitude to name as an example, within the ceiling.
  static func example(within ceiling: Microamperes?) -> Microamperes {
    min(.milliamperes(10), ceiling ?? .milliamperes(10))
  }

  /// Where a target leads, from where each channel stood when it was asked for.
  static func target(
    _ amplitude: Microamperes, channel: Int?, from channels: [ConsoleStatus.Channel]
  ) -> String {
    let named = channels.filter { channel == nil || $0.channel == channel }
    if named.isEmpty { return plain(amplitude, channel: channel, of: []) }
    return named.map { channel in
      let verb =
        if amplitude > channel.setpoint {
          "climbs to"
        } else if amplitude < channel.setpoint {
          "falls to"
        } else {
          "stays at"
        }
      return "ch\(channel.channel) \(verb) \(amplitude)"
    }.joined(separator: ", ")
  }

  /// What was set.
  static func plain(
    _ amplitude: Microamperes, channel: Int?, of channels: [ConsoleStatus.Channel]
  ) -> String {
    let named = channel.map { [$0] } ?? channels.map(\.channel)
    if named.isEmpty { return "\(amplitude) on every channel" }
    return named.map { "ch\($0) \(amplitude)" }.joined(separator: ", ")
  }

  /// What a step has set. A step down at zero changes nothing.
  static func step(
    _ direction: ConsoleCommand.Direction, _ setpoints: [AmplitudeStepRequest.Setpoint],
    from channels: [ConsoleStatus.Channel]
  ) -> String {
    setpoints.map { setpoint in
      let current = Microamperes(Int32(clamping: setpoint.setpoint_uA))
      let wasZero = channels.contains { $0.channel == setpoint.channel && $0.setpoint == .zero }
      let stays = direction == .down && current == .zero && wasZero
      return "ch\(setpoint.channel) \(stays ? "stays at " : "")\(current)"
    }.joined(separator: ", ")
  }
}
