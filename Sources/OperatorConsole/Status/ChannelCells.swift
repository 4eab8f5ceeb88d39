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
    let amplitude = [
      StatusNumbers.right("set", 11), StatusNumbers.left("", 7),
      StatusNumbers.left("ceiling", 13), StatusNumbers.left("", barColumns + 2),
      StatusNumbers.left("  measured", 14),
    ]
    // Of the same ranks as the cells below them.
    var cells = RowCells()
    cells.add(StyledText(amplitude.joined(), .dim), rank: 0)
    cells.add(StyledText(StatusNumbers.right("load", 8), .dim), rank: 2)
    if hasForce { cells.add(StyledText(StatusNumbers.right("force", 9), .dim), rank: 4) }
    cells.add(StyledText("  dose", .dim), rank: 3)
    return cells.row(width: width, style: style)
  }

  private var barColumns: Int { width >= 100 ? 20 : 8 }

  /// Amplitude against ceiling, measured current, load, force and share of the dose.
  func row(_ channel: ConsoleStatus.Channel, isStale: Bool) -> StyledText {
    let number = StatusNumbers.left("\(channel.channel)", isRoomy ? 2 : 1)
    var amplitude = StyledText(" ch\(number)", .strong)
    let setpoint = StatusNumbers.milliamperes(channel.setpoint)
    let arrow = style.isUnicode ? "→" : ">"
    let target = channel.target.map { arrow + StatusNumbers.milliamperes($0) } ?? ""
    let ceiling = StatusNumbers.milliamperes(channel.ceiling)
    amplitude.add(StatusNumbers.right(setpoint, 6), isStale ? .plain : .strong)
    let load = channel.load.map { "\($0.rawValue) Ω" } ?? "- Ω"
    var cells = RowCells()
    if isRoomy {
      amplitude.add(StatusNumbers.left(target, 7))
      amplitude.add(StatusNumbers.left("of \(ceiling) mA", 13))
      amplitude.add(bar(channel, columns: barColumns))
    } else {
      amplitude.add("\(target) of \(ceiling) mA")
    }
    cells.add(amplitude, rank: 0)
    cells.add(measured(channel, isStale: isStale), rank: 1)
    cells.add(StyledText(isRoomy ? StatusNumbers.right(load, 8) : " \(load)"), rank: 2)
    if let force = channel.force {
      cells.add(StyledText(StatusNumbers.right("\(StatusNumbers.tenths(force)) N", 9)), rank: 4)
    }
    if let share = StatusNumbers.percent(channel.charge, of: channel.chargeLimit) {
      cells.add(StyledText("  \(share) %", share >= 90 ? .caution : .plain), rank: 3)
    }
    return cells.row(width: width, style: style)
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
