// Decides: how the status reads as plain lines, where there is no screen.
// Leaves to others: when it is printed.

internal import StimulationCore

enum PlainStatus {
  /// One line, and one for each channel.
  static func lines(_ view: StatusView) -> [String] {
    guard let status = view.status else {
      if case .lost(let reason) = view.link { return ["NO STATUS: \(TerminalText.safe(reason))"] }
      return ["NO STATUS: connecting"]
    }
    let words = StateWords(status)
    var first: [String] = []
    if view.isStale {
      first.append("STALE, \(StatusNumbers.tenths(Double(view.age.rawValue) / 1e9)) s ago:")
    }
    first.append(words.title)
    if status.phase != .idle {
      first.append("train \(status.train) of \(status.trains)")
      if status.phase != .over {
        first.append("left \(StatusNumbers.clock(status.timeLeft))")
      }
    }
    if status.isExtended { first.append("EXTENDED ENVELOPE") }
    for fault in status.causes {
      first.append("\(fault.requirement) \(fault.cause)")
    }
    if let failure = status.logFailure { first.append("LOG: \(failure)") }
    if case .other(let holder) = status.lease { first.append("lease \(holder)") }
    if status.lease == .free { first.append("lease free") }
    return [TerminalText.safe(first.joined(separator: "  "))] + status.channels.map(channel)
  }

  private static func channel(_ channel: ConsoleStatus.Channel) -> String {
    var parts = [
      "  ch\(channel.channel)", "\(channel.setpoint) of \(channel.ceiling)",
      (channel.isInTrain ? "measured " : "off, last ")
        + "\(StatusNumbers.measured(channel.measured)) mA",
    ]
    if let target = channel.target { parts.insert("to \(target)", at: 2) }
    if let load = channel.load { parts.append("load \(load)") }
    if let force = channel.force { parts.append("force \(StatusNumbers.tenths(force)) N") }
    if channel.chargeLimit > .zero {
      parts.append("dose \(StatusNumbers.charge(channel.charge, of: channel.chargeLimit))")
    }
    return parts.joined(separator: "  ")
  }
}
