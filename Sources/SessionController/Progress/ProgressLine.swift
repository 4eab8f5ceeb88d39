// Decides: how a run's progress reads in one line.
// Leaves to others: where the line goes (nmes).

import StimulationCore

/// One line of progress.
public enum ProgressLine {
  /// State, train, amplitude and measured current of each channel, force, time left, and the
  /// dose against its limit.
  public static func text(_ progress: RunProgress) -> String {
    let train = progress.channels.map(\.train).max() ?? 0
    var parts = ["\(progress.state.code.name)", "train \(train)/\(progress.trains)"]
    for (index, channel) in progress.channels.enumerated() {
      let name = progress.channels.count > 1 ? "ch\(index + 1) " : ""
      let goal = channel.target.map { "→\(milliamperes($0))" } ?? ""
      parts.append(
        "\(name)\(milliamperes(channel.setpoint))\(goal) mA "
          + "(measured \(milliamperes(channel.current)))")
    }
    parts.append(progress.force.map { "\(tenths($0))" }.joined(separator: "+") + " N")
    parts.append("left \(clock(progress.timeLeft))")
    let dose = progress.channels.map(\.dose.rectified).max() ?? .zero
    parts.append("dose \(coulombs(dose)) of \(coulombs(progress.chargeLimit)) C")
    if progress.envelope == .extended { parts.append("EXTENDED ENVELOPE") }
    return parts.joined(separator: "  ")
  }

  static func milliamperes(_ current: Microamperes) -> String {
    tenths(Double(current.rawValue) / 1_000)
  }

  private static func coulombs(_ charge: Femtocoulombs) -> String {
    let hundredths = charge.rawValue / 10_000_000_000_000
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  private static func tenths(_ value: Double) -> String {
    let scaled = Int((value * 10).rounded())
    return "\(scaled / 10).\(abs(scaled % 10))"
  }

  private static func clock(_ time: Nanoseconds) -> String {
    let seconds = max(0, time.rawValue / 1_000_000_000)
    return "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
  }
}
