// Decides: how lists from the daemon read.
// Leaves to others: asking for them (CommandRunner).

internal import ControlAPI

enum ListingText {
  /// The most lines that are printed at once.
  static let mostLines = 500

  /// A text of several lines, safe for the terminal.
  static func lines(_ text: String) -> [String] {
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = all.prefix(mostLines).map { TerminalText.safe(String($0)) }
    return all.count > mostLines ? shown + ["… \(all.count - mostLines) lines more"] : shown
  }

  static func protocols(_ items: [ProtocolListItem]) -> [String] {
    if items.isEmpty { return ["no presets"] }
    return table(
      items.map { [$0.stage, $0.name, $0.problem.map { "REFUSED: \($0)" } ?? $0.title] })
  }

  static func prescriptions(_ items: [PrescriptionListItem]) -> [String] {
    if items.isEmpty { return ["no prescriptions in the daemon's folder"] }
    return table(
      items.map { item in
        if let problem = item.problem { return [item.name, "REFUSED: \(problem)"] }
        let muscle = item.side.isEmpty ? item.muscle : "\(item.muscle) \(item.side)"
        return [item.name, item.patient, muscle, item.protocolName, "until \(item.validUntil)"]
      })
  }

  static func hazards(_ items: [HazardListRequest.Hazard]) -> [String] {
    if items.isEmpty { return ["no hazard stands unacknowledged"] }
    return table(
      items.map { item in
        [
          "\(item.event)", item.at, item.interlock,
          item.session.map { "session \($0)" } ?? "", item.channel.map { "channel \($0)" } ?? "",
        ]
      })
  }

  private static func table(_ rows: [[String]]) -> [String] {
    let safe = rows.prefix(mostLines).map { $0.map { TerminalText.safe($0) } }
    let columns = safe.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      safe.map { column < $0.count - 1 ? $0[column].count : 0 }.max() ?? 0
    }
    return safe.map { row in
      row.enumerated().map { StatusNumbers.left($1, widths[$0]) }.joined(separator: "  ").trimmed
    }
  }
}
