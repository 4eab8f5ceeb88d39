// Decides: how one pulse is drawn, and where its time is cut short.
// Leaves to others: its figures (PulsePlan), lines and texts (PlotCanvas).

import StimulationCore

/// One pulse at the standard ceiling, up to the start of the next.
struct PulsePanel {
  private let therapy: TherapyProtocol
  private let board: ShownBoard?
  private var pulse: PulsePlan { therapy.pulse }
  /// As drawn: the gap that the board delivers, where one is named.
  private let gap: Nanoseconds
  /// Times are drawn in µs or in ms.
  private let unit: Double

  init(_ therapy: TherapyProtocol, _ board: ShownBoard?) {
    self.therapy = therapy
    self.board = board
    let pulse = therapy.pulse
    gap =
      board.map { DeliveredGap(of: pulse, on: $0.capabilities).delivered } ?? pulse.interphaseGap
    unit = pulse.duration < .milliseconds(5) ? 1_000 : 1_000_000
  }

  private func time(_ duration: Nanoseconds) -> Double { Double(duration.rawValue) / unit }

  private var end: Nanoseconds { pulse.leadingPhase + gap + pulse.recoveryPhase }

  /// Whether the rest of the period is cut out of the time axis.
  private var isCut: Bool { pulse.pulsePeriod > end * 2 }

  /// Draws the panel; answers where it ends.
  func draw(on canvas: inout PlotCanvas, from top: Double) -> Double {
    let ceiling = Double(therapy.standardCeiling.rawValue) / 1_000
    let bottom = top + 250
    canvas.label(
      PlotCanvas.left, top, "One pulse at the standard ceiling of \(therapy.standardCeiling)",
      style: "ink", anchor: "start")
    let up = PlotAxis(values: -1.4 * ceiling...1.4 * ceiling, places: (bottom, top + 12))
    let shown = isCut ? end + max(end / 8, pulse.recovery == .capacitor ? end * 3 : .zero) : end
    let across = PlotAxis(
      values: 0...time(isCut ? min(shown, pulse.pulsePeriod) : pulse.pulsePeriod),
      places: (PlotCanvas.left, isCut ? PlotCanvas.right - 110 : PlotCanvas.right - 20))
    let name = "time (\(unit == 1_000 ? "µs" : "ms"))"
    canvas.axes(across, up, upTicks: up.ticks, across: name, up: "current (mA)")
    drawPhases(on: &canvas, ceiling, across, up)
    drawNext(on: &canvas, across, up)
    return bottom + 38
  }

  private func drawPhases(
    on canvas: inout PlotCanvas, _ ceiling: Double, _ across: PlotAxis, _ up: PlotAxis
  ) {
    let leadingEnd = time(pulse.leadingPhase)
    canvas.path(
      PulsePanel.course(pulse.shape, from: 0, to: leadingEnd, ceiling, across, up), style: "lead")
    canvas.label(
      max(across.place(leadingEnd / 2), PlotCanvas.left + 70), up.place(ceiling * 1.1),
      "leading \(pulse.leadingPhase)", style: "ink")
    let start = leadingEnd + time(gap)
    canvas.label(
      across.place(start) + 8, up.place(ceiling * 0.08), gapText, style: "soft small",
      anchor: "start")
    if pulse.recovery == .capacitor {
      return drawDecay(on: &canvas, from: start, ceiling, across, up)
    }
    let stop = start + time(pulse.recoveryPhase)
    let height = Double(pulse.recoveryAmplitude(of: therapy.standardCeiling).rawValue) / 1_000
    canvas.path(
      PulsePanel.course(pulse.shape, from: start, to: stop, -height, across, up), style: "back2")
    canvas.label(
      across.place((start + stop) / 2), up.place(-height - ceiling * 0.2),
      "recovery \(pulse.recoveryPhase)", style: "ink")
  }

  private var gapText: String {
    guard let board else { return "gap \(pulse.interphaseGap == .zero ? "0 ms" : "\(gap)")" }
    let told = DeliveredGap(of: pulse, on: board.capabilities)
    return told.isLonger ? "gap delivered as \(gap)" : "gap \(gap)"
  }

  /// Where the next pulse begins; what lies between is cut out where it is long.
  private func drawNext(on canvas: inout PlotCanvas, _ across: PlotAxis, _ up: PlotAxis) {
    let period = time(pulse.pulsePeriod)
    let place = isCut ? PlotCanvas.afterCut : across.place(period)
    let bottom = PlotCanvas.number(up.places.from)
    let top = PlotCanvas.number(up.places.to)
    canvas.path("M\(PlotCanvas.number(place)) \(top)V\(bottom)", style: "mark")
    let other = pulse.leadingPolarity == .alternating ? ", the other way" : ""
    canvas.label(
      place - 6, up.places.to + 12, "next pulse\(other)", style: "soft small", anchor: "end")
    if isCut {
      canvas.cut(at: [up.place(0), up.places.from], bottom: up.places.from, instant: period)
    }
  }

  /// The outline of one phase with its steps.
  static func course(
    _ shape: PulseShape, from start: Double, to end: Double, _ height: Double,
    _ across: PlotAxis, _ up: PlotAxis
  ) -> String {
    func number(_ value: Double) -> String { PlotCanvas.number(value) }
    var text = "M\(number(across.place(start))) \(number(up.place(0)))"
    for index in 0..<shape.steps {
      let level = Double(shape.height(ofStep: index).rawValue) / 1_000_000 * height
      let next = start + (end - start) * Double(index + 1) / Double(shape.steps)
      text += "V\(number(up.place(level)))H\(number(across.place(next)))"
    }
    return text + "V\(number(up.place(0)))"
  }

  /// Capacitor recovery has no stated course: a decay, drawn dashed, stands for it.
  private func drawDecay(
    on canvas: inout PlotCanvas, from start: Double, _ ceiling: Double, _ across: PlotAxis,
    _ up: PlotAxis
  ) {
    let end = across.values.upperBound
    var text = "M\(PlotCanvas.number(across.place(start))) \(PlotCanvas.number(up.place(0)))"
    var level = ceiling / 4
    for index in 0...40 {
      let time = start + (end - start) * Double(index) / 40
      text +=
        "L\(PlotCanvas.number(across.place(time))) \(PlotCanvas.number(up.place(-level)))"
      level *= 0.9
    }
    canvas.path(text, style: "mark")
    canvas.label(
      across.place((start + end) / 2), up.place(-ceiling * 0.5),
      "recovery by capacitor (course not to scale)", style: "ink")
  }
}
