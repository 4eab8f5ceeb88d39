// Decides: how protocols and prescriptions are shown as text of at most 80 columns.
// Leaves to others: where the text goes (the commands).

import CheckedFiles
import StimulationCore

/// Text for people, of at most 80 columns where words allow.
public enum ProtocolText {
  /// The list of protocols as a table.
  public static func list(_ listings: [ProtocolListing]) -> String {
    let rows = listings.map { [$0.stage, $0.name, $0.version, $0.title] }
    return TextColumns.table([["stage", "name", "version", "title"]] + rows)
  }

  /// All of a protocol, delivered by a board where one is named.
  public static func show(_ therapy: TherapyProtocol, on board: ShownBoard? = nil) -> String {
    let model = ProtocolModel(therapy, on: board)
    var lines = ["\(model.name) \(model.version), stage \(model.stage)", model.title, ""]
    lines += TextColumns.wrapped(model.summary)
    lines += ["", "Enters when: \(model.finding)."]
    if let least = therapy.entry.alphaAtLeast {
      lines.append("Alpha at least \(decimalText(least)).")
    }
    if let most = therapy.entry.alphaAtMost {
      lines.append("Alpha at most \(decimalText(most)).")
    }
    lines += ["", "Values and their sources (* unconfirmed)"]
    let shown = model.values.filter { !$0.key.hasPrefix("entry.") }
    lines.append(
      TextColumns.table(
        shown.map { ["  \($0.key)", $0.text, ($0.isUnconfirmed ? "* " : "  ") + plainSource($0)] }))
    lines += ["", "Interphase gap: \(model.interphaseGap)."]
    for figures in model.figures {
      lines += ["", "At the \(figures.envelope) ceiling of \(figures.ceiling), a channel"]
      let rows = figures.figures.map { ["  \($0.kind)", $0.figure, "of \($0.limit)"] }
      lines.append(TextColumns.table(rows))
    }
    lines += ["", "Envelope limits are to be checked against the purchased standard."]
    return lines.joined(separator: "\n") + "\n"
  }

  /// All of a prescription.
  public static func show(_ prescription: Prescription) -> String {
    let fields = prescription.fields
    var rows = [
      ["patient", fields.patient], ["muscle", "\(fields.muscle), \(fields.side)"],
      ["stage", "\(fields.stage)"],
      ["finding", "\(fields.finding.kind.meaning), recorded \(fields.finding.recorded)"],
    ]
    if let alpha = fields.finding.alpha { rows.append(["alpha", decimalText(alpha)]) }
    if let curve = fields.finding.curve { rows.append(["curve", curve]) }
    if let name = fields.finding.enteredBy { rows.append(["entered by", name]) }
    rows += [
      ["protocol", "\(fields.protocolName) \(fields.protocolVersion)"],
      ["envelope", "\(fields.envelope)"], ["sessions a day", "\(fields.sessionsPerDay)"],
      ["valid", "\(fields.validFrom) to \(fields.validUntil)"], ["clinician", fields.clinician],
    ]
    for (index, channel) in fields.channels.enumerated() {
      rows.append([
        "channel \(index + 1)",
        "electrodes \(channel.firstElectrodeArea) and \(channel.secondElectrodeArea), ceiling "
          + "\(channel.ceiling)",
      ])
    }
    var text = TextColumns.table(rows) + "\n"
    if fields.envelope == .extended {
      text += "The extended envelope lies outside ordinary limits.\n"
    }
    return text
  }

  private static func plainSource(_ value: SourcedValue) -> String {
    value.source.components(", ").filter { $0 != "unconfirmed" }.joined(separator: ", ")
  }
}
