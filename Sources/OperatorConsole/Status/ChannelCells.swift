// Decides: the columns of a channel's row, and their heading.
// Leaves to others: the rows round it (StatusArea).

internal import StimulationCore

struct ChannelCells {
  /// From so many columns on all cells have room, with a bar and a heading.
  static let roomy = 76

  let width: Int
  let style: TerminalStyle

  private var isRoomy: Bool { width >= Self.roomy }

  /// What the columns hold.
  func heading(hasForce: Bool) -> StyledText? {
    guard isRoomy else { return nil }
    let cells = [
      StatusNumbers.right("set", 11), StatusNumbers.left("", 7),
      StatusNumbers.left("ceiling", 13), StatusNumbers.left("", barColumns + 2),
      StatusNumbers.left("  measured", 14), StatusNumbers.right("load", 8),
      hasForce ? StatusNumbers.right("force", 9) : "", "  dose",
    ]
    return StyledText(cells.joined(), .dim)
  }

  private var barColumns: Int { width >= 100 ? 20 : 8 }

  /// Amplitude against ceiling, measured current, load, force and share of the dose.
  func row(_ channel: ConsoleStatus.Channel, isStale: Bool) -> StyledText {
    let number = StatusNumbers.left("\(channel.channel)", isRoomy ? 2 : 1)
    var row = StyledText(" ch\(number)", .strong)
    let setpoint = StatusNumbers.milliamperes(channel.setpoint)
    let arrow = style.isUnicode ? "→" : ">"
    let target = channel.target.map { arrow + StatusNumbers.milliamperes($0) } ?? ""
    let ceiling = StatusNumbers.milliamperes(channel.ceiling)
    row.add(StatusNumbers.right(setpoint, 6), isStale ? .plain : .strong)
    let share = StatusNumbers.percent(channel.charge, of: channel.chargeLimit)
    let load = channel.load.map { "\($0.rawValue) Ω" } ?? "- Ω"
    if isRoomy {
      row.add(StatusNumbers.left(target, 7))
      row.add(StatusNumbers.left("of \(ceiling) mA", 13))
      row.add(bar(channel, columns: barColumns))
      row.add(measured(channel, isStale: isStale))
      row.add(StatusNumbers.right(load, 8))
    } else {
      row.add("\(target) of \(ceiling) mA")
      row.add(measured(channel, isStale: isStale))
      row.add(" \(load)")
    }
    if let force = channel.force {
      row.add(StatusNumbers.right("\(StatusNumbers.tenths(force)) N", 9))
    }
    guard let share else { return row }
    row.add("  \(share) %", share >= 90 ? .caution : .plain)
    return row
  }

  /// The current in a train; between trains the last one in brackets.
  private func measured(_ channel: ConsoleStatus.Channel, isStale: Bool) -> StyledText {
    let figure = StatusNumbers.measured(channel.measured)
    if channel.isInTrain {
      let text = StatusNumbers.left("\(StatusNumbers.right(figure, 6)) mA ON", 14)
      return StyledText(text, isStale ? .plain : .strong)
    }
    return StyledText(StatusNumbers.left("   off (\(figure))", 14))
  }

  private func bar(_ channel: ConsoleStatus.Channel, columns: Int) -> StyledText {
    func filled(_ current: Microamperes) -> Int {
      guard channel.ceiling > .zero, current > .zero else { return 0 }
      let share = Int64(current.rawValue) * Int64(columns) / Int64(channel.ceiling.rawValue)
      return min(columns, max(1, Int(share)))
    }
    let level = filled(channel.setpoint)
    let goal = max(level, channel.target.map(filled) ?? 0)
    let (full, aimed, empty) = style.isUnicode ? ("█", "▒", "·") : ("#", "+", ".")
    var row = StyledText("[", .dim)
    row.add(String(repeating: full, count: level))
    row.add(String(repeating: aimed, count: goal - level))
    row.add(String(repeating: empty, count: columns - goal), .dim)
    row.add("]", .dim)
    return row
  }
}
