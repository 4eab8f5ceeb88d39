// Decides: which rows the status area has, what each says, and which yield on a low screen.
// Leaves to others: colours (StyledText), figures (StatusNumbers) and the screen (Screen).

internal import StimulationCore

/// The rows above the operator's line.
public struct StatusArea: Sendable {
  /// Columns of the terminal.
  public let width: Int
  /// Rows of the terminal.
  public let height: Int
  /// What the terminal can show.
  public let style: TerminalStyle
  /// Rows that stay below the area for what is typed and answered.
  static let leastBelow = 6

  /// An area on a terminal of this size.
  public init(width: Int, height: Int, style: TerminalStyle) {
    self.width = max(20, width)
    self.height = max(8, height)
    self.style = style
  }

  /// The rows from the top, without line ends.
  public func rows(_ view: StatusView) -> [String] {
    layout(view).map { $0.rendered(style, width: width, isFilled: style.paint == .none) }
  }

  private enum Importance: Int, Comparable {
    case separator, heading, chart, identity, link, notice, channel, state, stop
    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  func layout(_ view: StatusView) -> [StyledText] {
    var rows: [(importance: Importance, row: StyledText)] = [(.state, state(view))]
    rows.append((.identity, identity(view)))
    if let heading = heading(view) { rows.append((.heading, heading)) }
    for row in channels(view) { rows.append((.channel, row)) }
    for row in chart(view) { rows.append((.chart, row)) }
    rows.append((.link, link(view)))
    rows.append((.notice, notice(view)))
    rows.append((.stop, stop))
    let line = String(repeating: style.isUnicode ? "─" : "-", count: width)
    rows.append((.separator, StyledText(line, .dim)))
    while rows.count > height - Self.leastBelow, let least = rows.map(\.importance).min(),
      least < .state
    {
      if least == .channel {
        guard let last = rows.lastIndex(where: { $0.importance == .channel }) else { break }
        rows.remove(at: last)
      } else {
        rows.removeAll { $0.importance == least }
      }
    }
    return rows.map(\.row)
  }

  // MARK: - Rows

  private func state(_ view: StatusView) -> StyledText {
    var left = StyledText()
    guard let status = view.status else {
      left.add(" NO STATUS ", .alarm)
      left.add(view.link == .connecting ? " connecting" : " the daemon does not answer")
      return left
    }
    let words = StateWords(status, isSkinSeen: view.isSkinSeen)
    if view.isStale {
      left.add(" STALE ", .alarm)
      let age = StatusNumbers.tenths(Double(view.age.rawValue) / 1e9)
      left.add(" \(age) s ago: \(words.title)", .strong)
      return .ends(left, progress(status), width: width, style: style)
    }
    left.add(" \(words.title) ", words.role)
    let right = progress(status)
    var hinted = left
    hinted.add(" \(words.hint)")
    // A hint that is cut off misleads: it is whole or not there.
    let isRoom = hinted.width(style) + right.width(style) < width
    return .ends(isRoom ? hinted : left, right, width: width, style: style)
  }

  private func progress(_ status: ConsoleStatus) -> StyledText {
    guard status.phase != .idle else { return StyledText() }
    let trains = "train \(status.train) of \(status.trains)"
    let isOver = status.phase == .over || status.state == "completed"
    if isOver { return StyledText(trains, .strong) }
    return StyledText("\(trains)  left \(StatusNumbers.clock(status.timeLeft))", .strong)
  }

  private func identity(_ view: StatusView) -> StyledText {
    guard let status = view.status else { return StyledText() }
    let named = [status.patient, status.muscle, status.stage, status.protocolName]
      .compactMap(\.self).filter { !$0.isEmpty }
    var left = StyledText()
    if status.isExtended { left.add(" EXTENDED ENVELOPE ", .caution) }
    left.add(" " + named.joined(separator: " · "))
    var right = StyledText()
    if let session = status.session { right.add("session \(session)") }
    return .ends(left, right, width: width, style: style)
  }

  private func heading(_ view: StatusView) -> StyledText? {
    guard let status = view.status, !status.channels.isEmpty else { return nil }
    let cells = ChannelCells(width: width, style: style)
    return cells.heading(hasForce: status.channels.contains { $0.force != nil })
  }

  private func channels(_ view: StatusView) -> [StyledText] {
    guard let status = view.status else { return [] }
    let cells = ChannelCells(width: width, style: style)
    return status.channels.map { cells.row($0, isStale: view.isStale) }
  }

  private func chart(_ view: StatusView) -> [StyledText] {
    guard let status = view.status, !status.channels.isEmpty, width >= 76 else { return [] }
    let full = status.channels.map(\.ceiling).max() ?? .zero
    let drawn = view.chart.drawn(rows: 2, full: full, isUnicode: style.isUnicode)
    let scale = ["\(StatusNumbers.milliamperes(full)) mA", "0 mA"]
    let ends = [" measured", " last 60 s"]
    return zip(drawn.indices, drawn).map { index, text in
      var row = StyledText(StatusNumbers.right(scale[index], 8), .dim)
      row.add(style.isUnicode ? "│" : "|", .dim)
      row.add(text)
      row.add(ends[index], .dim)
      return row
    }
  }

  private func link(_ view: StatusView) -> StyledText {
    switch view.link {
    case .connecting: return StyledText(" link connecting")
    case .lost:
      var row = StyledText(" link ")
      row.add(" LOST, trying again every second ", .alarm)
      return row
    case .up: break
    }
    var left = StyledText(width >= ChannelCells.roomy ? " operator " : " op ")
    switch (view.status?.lease, view.isTerminalSilent) {
    case (.other(let holder)?, _): left.add(" \(TerminalText.safe(holder)) ", .caution)
    case (.mine?, true), (.free?, true):
      left.add(" HELD BACK: the terminal does not answer ", .alarm)
    case (.mine?, false): left.add("this console")
    case (.free?, false): left.add(" nobody ", .caution)
    case (nil, _): left.add("unknown")
    }
    if view.isStale && view.status != nil {
      left.add("  link ")
      left.add(" SILENT: no fresh status ", .alarm)
    } else {
      left.add("  link up")
    }
    guard let status = view.status else { return left }
    left.add("  board \(TerminalText.safe(status.board))")
    if status.isSimulated && status.board != "simulated" { left.add(" (simulated)") }
    return .ends(left, dose(status), width: width, style: style)
  }

  /// The dose of the channel that has used most of its limit.
  private func dose(_ status: ConsoleStatus) -> StyledText {
    let shares = status.channels.map {
      (StatusNumbers.percent($0.charge, of: $0.chargeLimit) ?? -1, $0)
    }
    guard let (share, channel) = shares.max(by: { $0.0 < $1.0 }), share >= 0 else {
      return StyledText()
    }
    let charge = StatusNumbers.charge(channel.charge, of: channel.chargeLimit)
    return StyledText("dose \(charge)", share >= 90 ? .caution : .plain)
  }

  /// What went wrong, or how STOP went: the worst alone, and how many more there are.
  private func notice(_ view: StatusView) -> StyledText {
    var row = StyledText()
    if let stop = view.stop { row.add(StopWords.text(stop)) }
    if view.isInDoubt, view.stop == nil || view.stop == .sent {
      row.add(" A SESSION RAN: in doubt press the emergency stop ", .alarm)
    }
    guard let status = view.status else { return row }
    if let failure = status.logFailure {
      row.add(" LOG: \(TerminalText.safe(failure)) ", .alarm)
    }
    let faults = status.causes
    if let worst = faults.first {
      let more = faults.count > 1 ? " and \(faults.count - 1) more" : ""
      let alarm = " \(worst.requirement) \(TerminalText.safe(worst.cause))\(more) "
      row.add(row.parts.isEmpty ? "" : " ")
      row.add(alarm, .alarm)
    }
    return row
  }

  private var stop: StyledText {
    var row = StyledText(" STOP ", .alarm)
    let full = " Esc, Ctrl-C, Space on an empty line, the word stop; elsewhere nmes stop"
    let short = " Esc, Ctrl-C, Space or stop"
    row.add(full.count + row.width(style) <= width ? full : short, .stop)
    return row
  }
}
