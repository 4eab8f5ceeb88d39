// Decides: the text of a prescription file.
// Leaves to others: whether its fields are right (PrescriptionReader reads what was written).

public import CheckedFiles
import StimulationCore

extension ProtocolLibrary {
  /// Writes a prescription's text, and reads it back: what is returned says exactly `fields`.
  ///
  /// Throws the same errors as reading the text would, with `file` as their file.
  public static func writePrescription(
    _ fields: PrescriptionFields, file: String
  ) throws(FileRefusal) -> String {
    let text = PrescriptionWriter.text(fields)
    let written = try parsePrescription(text: text, file: file)
    precondition(written.fields == fields, "a prescription reads back as it was written")
    return text
  }

  /// Reads a prescription; throws every error of the text at once.
  public static func parsePrescription(
    text: String, file: String
  ) throws(FileRefusal) -> Prescription {
    try family.parse(text: text, file: file) {
      PrescriptionReader($0, text: text, findings: $1)?.read()
    }
  }
}

/// The text of a prescription: one quoted value a line.
enum PrescriptionWriter {
  static func text(_ fields: PrescriptionFields) -> String {
    var lines = [
      "# A prescription for one patient code. Ceilings hold for one channel each.",
      line("format", PrescriptionReader.format),
      line("patient", fields.patient),
      line("muscle", fields.muscle),
      line("side", fields.side.rawValue),
      line("stage", fields.stage.rawValue),
      "finding:",
      "  " + line("kind", fields.finding.kind.rawValue),
      "  " + line("recorded", "\(fields.finding.recorded)"),
    ]
    if let alpha = fields.finding.alpha {
      let ratio = decimalText(alpha)
      lines.append("  " + line("alpha", ratio))
    }
    if let curve = fields.finding.curve { lines.append("  " + line("curve", curve)) }
    if let name = fields.finding.enteredBy { lines.append("  " + line("enteredBy", name)) }
    lines += [
      line("protocol", fields.protocolName),
      line("protocolVersion", fields.protocolVersion),
      line("envelope", "\(fields.envelope)"),
      line("sessionsPerDay", "\(fields.sessionsPerDay)"),
      line("validFrom", "\(fields.validFrom)"),
      line("validUntil", "\(fields.validUntil)"),
      line("clinician", fields.clinician),
      "channels:",
    ]
    for channel in fields.channels {
      lines += [
        "  - " + line("firstElectrodeArea", "\(channel.firstElectrodeArea)"),
        "    " + line("secondElectrodeArea", "\(channel.secondElectrodeArea)"),
        "    " + line("ceiling", "\(channel.ceiling)"),
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Backslashes and quotes are escaped, and every line break or control character is written
  /// as an escape too: no field can end its own quotes. The reader then refuses the latter.
  private static func line(_ key: String, _ value: String) -> String {
    var quoted = ""
    for scalar in value.unicodeScalars {
      if scalar == "\\" || scalar == "\"" {
        quoted += "\\"
        quoted.unicodeScalars.append(scalar)
      } else if SourceScan.isRefused(scalar) {
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return "\(key): \"\(quoted)\""
  }
}

/// A ratio with as many decimals as it has.
func decimalText(_ ratio: PartsPerMillion) -> String {
  var digits = "\(ratio.rawValue % 1_000_000)"
  digits = String(repeating: "0", count: 6 - digits.count) + digits
  while digits.last == "0" { digits.removeLast() }
  return "\(ratio.rawValue / 1_000_000)" + (digits.isEmpty ? "" : ".\(digits)")
}
