// Decides: how what START will do is shown (SR-50).
// Leaves to others: when it is shown.

internal import ControlAPI
internal import StimulationCore

enum SummaryText {
  /// Where each channel climbs to after START.
  static func starts(_ summary: SessionSummary) -> String {
    list(summary.startingAmplitudes_uA.map { "\(Microamperes(Int32(clamping: $0)))" })
  }

  private static func list(_ texts: [String]) -> String {
    Set(texts).count == 1 && texts.count > 1
      ? "\(texts[0]) on each of \(texts.count) channels" : texts.joined(separator: ", ")
  }

  static func lines(_ summary: SessionSummary) -> [String] {
    let areas = summary.electrodeAreas_mm2.map { "\(SquareMillimetres(Int32(clamping: $0)))" }
    let ceilings = summary.ceilings_uA.map { "\(Microamperes(Int32(clamping: $0)))" }
    let side = summary.side.map { " \($0)" } ?? ""
    let prescription = summary.prescription.map { ", prescription \($0)" } ?? ""
    var lines = [
      "  patient         \(summary.patient)",
      "  muscle          \(summary.muscle)\(side)",
      "  protocol        \(summary.protocolName), version \(summary.version), "
        + "stage \(summary.stage)\(prescription)",
      "  electrode area  \(list(areas))",
      "  ceiling         \(list(ceilings)); climbs to \(starts(summary))",
      "  duration        \(StatusNumbers.clock(.milliseconds(summary.duration_ms))) min, "
        + "\(summary.trains) trains",
    ]
    if summary.envelope != "standard" { lines.append("  envelope        \(summary.envelope)") }
    if let against = summary.standsAgainst { lines.append("  stands against  \(against)") }
    return lines.map { TerminalText.safe($0) }
  }
}
