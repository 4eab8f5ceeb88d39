// Decides: how boards are shown as text.
// Leaves to others: where the text goes (the commands).

import CheckedFiles

/// Text for people.
public enum BoardText {
  /// The list of boards as a table.
  public static func list(_ listings: [BoardListing]) -> String {
    let rows = listings.map {
      [$0.name, $0.revision, "\($0.channels)", $0.patientCircuit, $0.title]
    }
    return TextColumns.table([["name", "revision", "channels", "patient", "title"]] + rows)
  }

  /// All of a board.
  public static func show(_ board: BoardDefinition) -> String {
    let model = BoardModel(board)
    var lines = ["\(board.name) \(board.revision)", board.title, ""]
    lines += TextColumns.wrapped(board.summary)
    lines += [
      "", "Patient circuit: \(board.patientCircuit). Energised by \(model.energisedBy).",
      "Channels: \(board.channels.count), isolation \(board.channelIsolation).",
      model.isCalibrated
        ? "Calibrated."
        : "Not calibrated: its tables are nominal; measure before anybody is connected.",
    ]
    for (title, group) in [("Output lines", model.outputs), ("Input lines", model.inputs)] {
      lines += ["", title]
      let rows = group.map {
        ["  \($0.function)", $0.name, "active \($0.active)", "bias \($0.bias)", $0.chip]
      }
      lines.append(TextColumns.table(rows))
    }
    for (title, group) in [("PWM outputs", model.pwm), ("Converters", model.converters)] {
      lines += ["", title]
      let rows = group.map { ["  \($0.function)", $0.device, "\($0.number)", "step \($0.step)"] }
      lines.append(TextColumns.table(rows))
    }
    lines += ["", "Values and their sources (* unconfirmed)"]
    let rows = board.values.map { value in
      let source = value.source.components(", ").filter { $0 != "unconfirmed" }
      return [
        "  \(value.key)", value.text,
        (value.isUnconfirmed ? "* " : "  ") + source.joined(separator: ", "),
      ]
    }
    lines.append(TextColumns.table(rows))
    return lines.joined(separator: "\n") + "\n"
  }
}
