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
    var cells = RowCells()
    guard let status = view.status else {
      cells.add(StyledText(" NO STATUS ", .alarm), rank: 0)
      let isNew = view.link == .connecting
      cells.add(StyledText(isNew ? " connecting" : " the daemon does not answer"), rank: 1)
      return cells.row(width: width, style: style)
    }
    let words = StateWords(status, isSkinSeen: view.isSkinSeen)
    if view.isStale {
      cells.add(StyledText(" STALE ", .alarm), rank: 0)
      let age = StatusNumbers.tenths(Double(view.age.rawValue) / 1e9)
      cells.add(StyledText(" \(age) s ago:", .strong), rank: 2)
      cells.add(StyledText(" \(words.title)", .strong), rank: 0)
    } else {
      cells.add(StyledText(" \(words.title) ", words.role), rank: 0)
      cells.add(StyledText(" \(words.hint)"), rank: 3)
    }
    guard status.phase != .idle else { return cells.row(width: width, style: style) }
    let trains =
      width < Self.narrow
      ? "\(status.train)/\(status.trains)" : "train \(status.train) of \(status.trains)"
    cells.addRight(StyledText(trains, .strong), rank: 0)
    if status.phase != .over && status.state != "completed" {
      let left = StatusNumbers.clock(status.timeLeft)
      cells.addRight(StyledText("  left \(left)", .strong), rank: 1)
    }
    return cells.row(width: width, style: style)
  }

  /// On fewer columns words give way to figures.
  private static let narrow = 36

  private func identity(_ view: StatusView) -> StyledText {
    guard let status = view.status else { return StyledText() }
    let named = [status.patient, status.muscle, status.stage, status.protocolName]
      .compactMap(\.self).filter { !$0.isEmpty }
    var cells = RowCells()
    if status.isExtended { cells.add(StyledText(" EXTENDED ENVELOPE ", .caution), rank: 0) }
    for (index, name) in named.enumerated() {
      cells.add(StyledText(index == 0 ? " \(name)" : " · \(name)"), rank: index + 1)
    }
    if let session = status.session {
      cells.addRight(StyledText("session \(session)"), rank: 2)
    }
    return cells.row(width: width, style: style)
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
    guard let status = view.status, !status.channels.isEmpty, width >= 79 else { return [] }
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
      let words = [" LOST, trying again every second ", " LOST "].map { StyledText($0, .alarm) }
      var row = StyledText(" link ")
      row.add(.fitting(words, width: width - row.width(style), style: style))
      return row
    case .up: break
    }
    let (leads, leadsShort) = leader(view)
    let (stands, standsShort) = standing(view)
    let both = [(leads, stands), (leadsShort, stands), (leadsShort, standsShort)]
    let (leader, standing) =
      both.first { $0.width(style) + $1.width(style) <= width } ?? (leadsShort, standsShort)
    var cells = RowCells()
    cells.add(leader, rank: 0)
    cells.add(standing, rank: 0)
    guard let status = view.status else { return cells.row(width: width, style: style) }
    let isKnown = !status.isSimulated || status.board == "simulated"
    let board = "  board \(TerminalText.safe(status.board))" + (isKnown ? "" : " (simulated)")
    cells.add(StyledText(board), rank: 2)
    cells.addRight(dose(status), rank: 1)
    return cells.row(width: width, style: style)
  }

  /// Who leads, in full and in few columns.
  private func leader(_ view: StatusView) -> (StyledText, StyledText) {
    let (long, short, role): (String, String, TextRole) =
      switch (view.status?.lease, view.isTerminalSilent) {
      case (.other(let holder)?, _): (" \(TerminalText.safe(holder)) ", " another ", .caution)
      case (.mine?, true), (.free?, true):
        (" HELD BACK: the terminal does not answer ", " HELD BACK ", .alarm)
      case (.mine?, false): ("this console", "this console", .plain)
      case (.free?, false): (" nobody ", " nobody ", .caution)
      case (nil, _): ("unknown", "unknown", .plain)
      }
    var full = StyledText(width >= ChannelCells.roomy ? " operator " : " op ")
    full.add(long, role)
    var brief = StyledText(" op ")
    brief.add(short, role)
    return (full, brief)
  }

  /// Whether statuses come, in full and in few columns.
  private func standing(_ view: StatusView) -> (StyledText, StyledText) {
    guard view.isStale && view.status != nil else {
      return (StyledText("  link up"), StyledText("  link up"))
    }
    var full = StyledText("  link ")
    full.add(" SILENT: no fresh status ", .alarm)
    var brief = StyledText(" ")
    brief.add(" SILENT ", .alarm)
    return (full, brief)
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
    var cells = RowCells()
    if let stop = view.stop { cells.add(parts: StopWords.text(stop), rank: 2) }
    let isWarned = view.isInDoubt && (view.stop == nil || view.stop == .sent)
    if isWarned {
      let words = [
        " A SESSION RAN: in doubt press the emergency stop ",
        " RAN: in doubt press emergency stop ", " EMERGENCY STOP? ",
      ].map { StyledText($0, .alarm) }
      cells.add(.fitting(words, width: width, style: style), rank: 0)
    }
    guard let status = view.status else { return cells.row(width: width, style: style) }
    if let failure = status.logFailure {
      cells.add(StyledText(" LOG: \(TerminalText.safe(failure)) ", .alarm), rank: 0)
    }
    let faults = status.causes
    if let worst = faults.first {
      let isAlone = view.stop == nil && !isWarned && status.logFailure == nil
      let cause = "\(worst.requirement) \(TerminalText.safe(worst.cause))"
      cells.add(StyledText(isAlone ? "" : " "), rank: 0)
      cells.add(StyledText(" \(cause)", .alarm), rank: 0)
      let more = faults.count > 1 ? " and \(faults.count - 1) more " : " "
      cells.add(StyledText(more, .alarm), rank: 1)
    }
    return cells.row(width: width, style: style)
  }

  private var stop: StyledText {
    var row = StyledText(" STOP ", .alarm)
    let ways = [
      " Esc, Ctrl-C, Space on an empty line, the word stop; elsewhere nmes stop",
      " Esc, Ctrl-C, Space or stop", " Esc, Ctrl-C, Space", " Esc, Ctrl-C",
    ].map { StyledText($0, .stop) }
    row.add(.fitting(ways, width: width - row.width(style), style: style))
    return row
  }
}
