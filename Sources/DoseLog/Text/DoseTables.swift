// Decides: how sessions, totals and verification read on a terminal of 80 columns.
// Leaves to others: printing (the executables) and JSON (Codable of the values).

internal import StimulationCore

/// The log's listings as text; pure functions, each answering whole lines.
public enum DoseTables {
  /// The width that every listing keeps to.
  public static let width = 80

  /// `nmes dose list`: one line a session, in the order given.
  public static func list(_ sessions: [SessionSummary]) -> String {
    if sessions.isEmpty { return "no sessions\n" }
    var table = TextTable(columns: [
      .init("ID", .right), .init("BEGUN (UTC)"), .init("PATIENT", mayShrink: true),
      .init("MUSCLE", mayShrink: true), .init("PROTOCOL", mayShrink: true), .init("OUTCOME"),
      .init("TRAINS", .right),
    ])
    for session in sessions {
      let trains = session.channels.map(\.trains).max() ?? 0
      table.rows.append([
        session.session.description, String(session.begun.description.prefix(16)),
        session.muscle.patient, place(session.muscle), session.protocolName,
        session.outcomeName, String(trains),
      ])
    }
    return joined(table.lines(width: width))
  }

  /// `nmes dose show`: one session, its totals, its events.
  public static func show(_ detail: SessionDetail) -> String {
    let session = detail.summary
    var lines = heading(session)
    // Four channels fit beside the names of the figures.
    for first in stride(from: 0, to: session.channels.count, by: 4) {
      let group = session.channels[first..<min(first + 4, session.channels.count)]
      lines.append("")
      lines += totals(Array(group)).lines(width: width)
    }
    if !detail.skinChecks.isEmpty {
      lines.append("")
      lines += detail.skinChecks.map { check in
        let simulated = check.isSimulated ? " (simulated)" : ""
        return "skin \(check.moment.rawValue): \(check.finding.rawValue), "
          + "by \(check.actor)\(simulated)"
      }
    }
    lines += questions(detail.events)
    let table = events(detail.events)
    if !table.rows.isEmpty {
      lines.append("")
      lines += table.lines(width: width)
    }
    return joined(lines)
  }

  /// `nmes dose verify`: intact, or the first defect.
  public static func verification(_ report: VerifyReport) -> String {
    var lines = ["log       \(report.path)"]
    let checked = "\(report.recordsChecked) records of \(report.sessions) sessions"
    if let defect = report.defect {
      lines.append("damaged   \(defect.what)")
      lines.append("checked   \(checked) before it, each as written")
    } else {
      lines.append("intact    \(checked), each as written and in order")
    }
    if let newest = report.newestRecord { lines.append("newest    \(newest)") }
    if report.recordsBeyondHead > 0 {
      lines.append(
        "head      \(report.recordsBeyondHead) records behind; repaired when next written")
    }
    return joined(lines)
  }

  private static func heading(_ session: SessionSummary) -> [String] {
    var lines = [
      "session   \(session.session), begun \(session.begun) by \(session.actor)",
      "patient   \(session.muscle.patient), \(place(session.muscle))",
      "protocol  \(session.protocolName) \(session.protocolVersion), stage \(session.stage), "
        + "\(session.envelope) envelope",
      "board     \(session.board)"
        + (session.isSimulated && session.board != "simulated" ? " (simulated)" : "")
        + (session.seed.map { ", seed \($0)" } ?? ""),
    ]
    if let gap = session.gap { lines.append("gap       \(gap.text(on: session.board))") }
    if let prescription = session.prescription {
      lines.append("by        prescription \(prescription)")
      if let digest = session.prescriptionDigest { lines.append("  sha256  \(digest)") }
    }
    if let clinician = session.clinician { lines.append("clinician \(clinician)") }
    switch session.state {
    case .open: lines.append("outcome   open: it runs, or its process ended")
    case .closed(let closing):
      lines.append("outcome   \(closing.outcome.rawValue), ended \(closing.ended)")
      if !closing.faults.isEmpty {
        lines.append("faults    \(closing.faults.joined(separator: ", "))")
      }
      if !closing.text.isEmpty { lines.append("note      \(closing.text)") }
    }
    return lines
  }

  private static func totals(_ channels: [ChannelSummary]) -> TextTable {
    let titles = channels.map { TextTable.Column("CHANNEL \($0.channel)", .right) }
    var table = TextTable(columns: [.init("")] + titles)
    func row(_ name: String, _ value: (ChannelSummary) -> String) {
      table.rows.append([name] + channels.map(value))
    }
    row("trains") { String($0.trains) }
    row("pulses") { String($0.dose.pulses) }
    row("pulses withheld") { String($0.dose.withheld) }
    row("leading charge") { charge($0.dose.leading) }
    row("recovery charge") { charge($0.dose.recovery) }
    row("net charge") { charge($0.dose.net) }
    row("unrecovered") { charge($0.dose.unrecovered) }
    row("peak current") { current($0.dose.peak) }
    row("rms over on-time") { current($0.dose.rmsOnTimeCurrent) }
    row("energy") { FigureText.energy($0.dose.energy) }
    row("on-time") { FigureText.milliseconds($0.dose.onTime) }
    row("certainty") { DoseRow.name($0.certainty) }
    if channels.contains(where: { $0.bound != nil }) {
      row("counts as, charge") { $0.bound.map { charge($0.rectified) } ?? "–" }
      row("counts as, trains") { $0.bound.map { String($0.trains) } ?? "–" }
    }
    row("electrode area") { area($0.electrodeArea) }
    row("ceiling") { current($0.ceiling) }
    if channels.contains(where: { $0.probes > 0 }) {
      row("probes, apart") { String($0.probes) }
      row("probe charge") { charge($0.probeDose.rectified) }
    }
    return table
  }

  /// The questions before the session (SR-51), each with its answer, by who answered them.
  private static func questions(_ events: [LoggedEvent]) -> [String] {
    var lines: [String] = []
    var heading: String?
    for event in events where event.kind == LogActionKind.checklist.rawValue {
      let simulated = event.isSimulated ? " (simulated)" : ""
      let asked = "questions, answered by \(event.actor)\(simulated)"
      if asked != heading {
        lines += ["", asked]
        heading = asked
      }
      let answer = event.outcome ?? "–"
      let question = event.text.isEmpty ? event.subject ?? "" : event.text
      let indent = String(repeating: " ", count: answer.count + 4)
      let parts = TextTable.wrapped(question, to: width - indent.count)
      lines.append("  \(answer)  \(parts[0])")
      lines += parts.dropFirst().map { indent + $0 }
    }
    return lines
  }

  /// Everything else, by session time; what has none stays behind what was logged before it.
  private static func events(_ events: [LoggedEvent]) -> TextTable {
    var table = TextTable(columns: [
      .init("AT", .right), .init("EVENT"), .init("WHAT", mayShrink: true),
      .init("BY", mayShrink: true), .init("OUTCOME", wraps: true),
    ])
    var last = Int64.min
    let timed = events.filter { $0.kind != LogActionKind.checklist.rawValue }.map { event in
      last = max(last, event.sessionTime ?? last)
      return (event: event, at: event.sessionTime ?? last)
    }
    let ordered = timed.enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }
    for event in ordered.map(\.element.event) {
      let at = event.sessionTime.map { FigureText.milliseconds(Nanoseconds($0)) } ?? ""
      var what = event.subject ?? ""
      if let channel = event.channel { what += what.isEmpty ? "ch\(channel)" : " ch\(channel)" }
      if let amount = event.amount { what += (what.isEmpty ? "" : " ") + figure(amount, of: event) }
      let more = [event.outcome ?? "", event.text, event.isSimulated ? "(simulated)" : ""]
        .filter { !$0.isEmpty }.joined(separator: " ")
      table.rows.append([at, event.kind, what, event.actor, more])
    }
    return table
  }

  /// An event's amount in the unit that its kind has.
  private static func figure(_ amount: Int64, of event: LoggedEvent) -> String {
    switch event.kind {
    case EventRow.outputsInactive: return "after \(FigureText.duration(Nanoseconds(amount)))"
    case EventRow.unrecovered: return FigureText.charge(Femtocoulombs(amount))
    case LogActionKind.command.rawValue, LogActionKind.refusal.rawValue:
      return Int32(exactly: amount).map { "\(Microamperes($0))" } ?? "\(amount) µA"
    default: return "\(amount)"
    }
  }

  private static func place(_ muscle: MuscleKey) -> String {
    muscle.side.map { "\(muscle.muscle) \($0)" } ?? muscle.muscle
  }

  private static func charge(_ value: Femtocoulombs) -> String {
    FigureText.charge(value)
  }

  private static func current(_ value: Microamperes) -> String {
    FigureText.current(value)
  }

  private static func area(_ value: SquareMillimetres) -> String {
    let rest = value.rawValue % 100
    let whole = value.rawValue / 100
    return rest == 0 ? "\(whole) cm²" : "\(value.rawValue) mm²"
  }

  private static func joined(_ lines: [String]) -> String {
    lines.map { $0 + "\n" }.joined()
  }
}
