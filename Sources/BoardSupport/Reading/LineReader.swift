// Decides: how GPIO lines are read from a board definition.
// Leaves to others: which lines a board has (BoardReader, ChannelReader).

import CheckedFiles

/// Reads lines of one chip.
struct LineReader {
  static let keys = ["line", "active", "bias"]
  let chip: String?
  let wiring: Wiring

  /// A line; reports one that its own bias would make active.
  func read(_ section: Section, _ key: String, isRequired: Bool = true) -> LineDefinition? {
    guard isRequired || section.has(key) else { return nil }
    guard let line = section.section(key, keys: LineReader.keys) else { return nil }
    let name = line.text("line", .label)
    let active = line.option("active", [("high", false), ("low", true)])
    let bias = line.option("bias", LineBias.options)
    if let name, let chip {
      wiring.use("line \(name.value) of \(chip)", at: name.location)
    }
    guard let name, let active, let bias else { return nil }
    let result = LineDefinition(
      name: name.value, isActiveLow: active.value, bias: bias.value)
    if result.isPulledActive {
      line.report(
        .failsActive, "bias",
        "\(line.path): a line that is active \(active.value ? "low" : "high") with \(bias.value) "
          + "is active when its wire breaks; pull it to its inactive level, or write \"none\"")
      return nil
    }
    return result
  }
}
