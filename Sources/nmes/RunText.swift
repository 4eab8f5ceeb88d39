// Decides: how the result of a run reads.
// Leaves to others: the values (RunSummary).

import DoseLog
import ProtocolLibrary
import SessionController
import StimulationCore

enum RunText {
  /// What will run, before it does: the pulse as the board delivers it (SR-31), and the trains.
  static func opening(_ planned: PlannedSession, on board: String) -> String {
    let pulse = planned.plan.pulse
    let train = planned.plan.train
    let recovery = pulse.recovery == .capacitor ? "by capacitor" : "\(pulse.recoveryPhase)"
    return """
      \(planned.therapy.name) \(planned.therapy.version) on \(board): \(count(train.trains)), on \
      \(train.onTime), off \(train.offTime)
      pulse: \(pulse.shape), leading \(pulse.leadingPhase), recovery \(recovery), every \
      \(pulse.pulsePeriod)
      interphase gap: \(planned.gap.text(on: board))
      """
  }

  /// The result of a run, a line a channel and a line a fault.
  static func summary(_ summary: RunSummary) -> String {
    var lines = [
      "session \(summary.session): \(summary.outcome.rawValue) after "
        + "\(rounded(summary.simulated))"
    ]
    if summary.envelope == .extended { lines.append("envelope   EXTENDED, by prescription") }
    for channel in summary.channels {
      let dose = channel.dose
      lines.append(
        "channel \(channel.channel + 1)  \(count(channel.trains)), \(dose.pulses) pulses"
          + (dose.withheld > 0 ? " (\(dose.withheld) withheld)" : ""))
      lines.append("  leading charge    \(FigureText.charge(dose.leading))")
      lines.append("  recovery charge   \(FigureText.charge(dose.recovery))")
      lines.append("  net charge        \(FigureText.charge(dose.net))")
      if dose.unrecovered > .zero {
        lines.append("  unrecovered       \(FigureText.charge(dose.unrecovered))")
      }
      lines.append("  peak current      \(FigureText.current(dose.peak))")
      lines.append("  r.m.s. on time    \(FigureText.current(dose.rmsOnTimeCurrent))")
      lines.append("  energy            \(FigureText.energy(dose.energy))")
      if let electrode = channel.electrode {
        lines.append(
          "  electrode itself  \(FigureText.charge(electrode.leadingCharge)) leading, "
            + "\(FigureText.charge(electrode.recoveryCharge)) recovery")
      }
    }
    // Worst first, as the operator should read them.
    for fault in summary.faults.sorted(by: { $0.interlock.rawValue < $1.interlock.rawValue }) {
      lines.append("fault      \(fault) at \(rounded(fault.at))")
    }
    return lines.joined(separator: "\n")
  }

  /// Why a session ended early, in one line.
  static func ending(_ summary: RunSummary) -> String {
    guard let first = summary.faults.first else {
      return "the session was \(summary.outcome.rawValue) before its plan was delivered"
    }
    return "the session ended by \(first)"
  }

  private static func count(_ trains: some BinaryInteger) -> String {
    trains == 1 ? "1 train" : "\(trains) trains"
  }

  private static func rounded(_ time: Nanoseconds) -> Nanoseconds {
    Nanoseconds(rawValue: time.rawValue / 1_000_000 * 1_000_000)
  }
}
