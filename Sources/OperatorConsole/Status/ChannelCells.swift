// Decides: the columns of a channel's row.
// Leaves to others: the rows round it (StatusArea).

internal import StimulationCore

struct ChannelCells {
  let width: Int
  let style: TerminalStyle

  /// Amplitude against ceiling, measured current, load, force and share of the dose.
  func row(_ channel: ConsoleStatus.Channel, isStale: Bool) -> StyledText {
    let number = StatusNumbers.left("\(channel.channel)", 2)
    var row = StyledText(" ch\(number)", .strong)
    let setpoint = StatusNumbers.milliamperes(channel.setpoint)
    let arrow = style.isUnicode ? "→" : ">"
    let target = channel.target.map { arrow + StatusNumbers.milliamperes($0) } ?? ""
    let ceiling = StatusNumbers.milliamperes(channel.ceiling)
    row.add(StatusNumbers.right(setpoint, 6), isStale ? .plain : .strong)
    row.add(StatusNumbers.left(target, 7))
    row.add(StatusNumbers.left("of \(ceiling) mA", 13))
    row.add(bar(channel, columns: width >= 100 ? 20 : 8))
    row.add(StatusNumbers.right(StatusNumbers.measured(channel.measured), 6))
    row.add(channel.isInTrain ? " mA on  " : " mA off ")
    row.add(StatusNumbers.right(channel.load.map { "\($0.rawValue) Ω" } ?? "- Ω", 8))
    if let force = channel.force {
      row.add(StatusNumbers.right("\(StatusNumbers.tenths(force)) N", 9))
    }
    guard let share = StatusNumbers.percent(channel.charge, of: channel.chargeLimit) else {
      return row
    }
    let label = width >= 100 ? "  dose " : "  "
    row.add("\(label)\(share) %", share >= 90 ? .caution : .plain)
    return row
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
