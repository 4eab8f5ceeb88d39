// Decides: how one train is drawn with its pulses, its ramps and the pause after it.
// Leaves to others: its figures (TrainPlan), lines and texts (PlotCanvas).

import StimulationCore

/// One train and the pause until the next of the same channel.
struct TrainPanel {
  private let therapy: TherapyProtocol
  private var train: TrainPlan { therapy.train }
  private var pulse: PulsePlan { therapy.pulse }
  private let across: PlotAxis
  /// Whether the pause is cut out, so that the pulses have room.
  private let isCut: Bool
  /// Pulses closer than this on the picture are drawn as lines within their outline.
  private static let closest = 2.5

  init(_ therapy: TherapyProtocol) {
    self.therapy = therapy
    let train = therapy.train
    func seconds(_ duration: Nanoseconds) -> Double { Double(duration.rawValue) / 1e9 }
    let whole = PlotAxis(
      values: 0...seconds(train.onTime + train.offTime),
      places: (PlotCanvas.left, PlotCanvas.right - 20))
    let spacing = whole.place(seconds(therapy.pulse.pulsePeriod)) - whole.place(0)
    isCut = spacing < TrainPanel.closest && train.offTime > train.onTime
    across =
      isCut
      ? PlotAxis(
        values: 0...seconds(train.onTime) * 1.08,
        places: (PlotCanvas.left, PlotCanvas.cutMark - 20)) : whole
  }

  private func seconds(_ duration: Nanoseconds) -> Double { Double(duration.rawValue) / 1e9 }

  /// Where an instant of the cycle lies, beyond the cut too.
  private func place(_ time: Nanoseconds) -> Double {
    let plain = across.place(seconds(time))
    guard isCut, time > train.onTime else { return plain }
    return time >= cycle ? PlotCanvas.afterCut : min(plain, PlotCanvas.cutMark)
  }

  private var cycle: Nanoseconds { train.onTime + train.offTime }

  private var pulses: Int64 { PlanFigures.pulsesPerTrain(pulse, train) }

  /// Draws the panel; answers where it ends.
  func draw(on canvas: inout PlotCanvas, from top: Double) -> Double {
    let isOutline = across.place(seconds(pulse.pulsePeriod)) - across.place(0) < TrainPanel.closest
    let count = pulses == 1 ? "one pulse" : "\(pulses) pulses"
    canvas.label(
      PlotCanvas.left, top, "One train: \(count) in \(train.onTime), then \(train.offTime) off",
      style: "ink", anchor: "start")
    var head = top
    if isOutline {
      head += 17
      canvas.label(
        PlotCanvas.left, head, "The pulses lie too close to be told apart here.",
        style: "soft small", anchor: "start")
    }
    let bottom = head + 170
    let up = PlotAxis(values: -112...112, places: (bottom, head + 12))
    canvas.axes(
      across, up, upTicks: [-100, -50, 0, 50, 100], across: "time (s)", up: "setpoint (%)")
    if isOutline { drawOutline(on: &canvas, across, up) }
    drawPulses(on: &canvas, across, up, areLines: isOutline)
    let next = PlotCanvas.number(place(cycle))
    canvas.path(
      "M\(next) \(PlotCanvas.number(up.places.to))V\(PlotCanvas.number(bottom))", style: "mark")
    canvas.label(
      place(cycle) - 6, up.place(62), "next train", style: "soft small", anchor: "end")
    if isCut { canvas.cut(at: [up.place(0), bottom], bottom: bottom, instant: seconds(cycle)) }
    return drawSpans(on: &canvas, from: bottom + 56)
  }

  /// The share of the setpoint at a time of the train.
  private func level(at time: Nanoseconds) -> Double {
    let down = train.onTime - time
    if time < train.rampUp { return seconds(time) / seconds(train.rampUp) }
    if down < train.rampDown { return seconds(down) / seconds(train.rampDown) }
    return 1
  }

  /// The recovery's height as a share of the leading phase's.
  private var recoveryShare: Double {
    let ceiling = therapy.standardCeiling
    return Double(pulse.recoveryAmplitude(of: ceiling).rawValue) / Double(ceiling.rawValue)
  }

  private func drawPulses(
    on canvas: inout PlotCanvas, _ across: PlotAxis, _ up: PlotAxis, areLines: Bool
  ) {
    // Closer than the picture can show, lines would say nothing more than the outline.
    let spacing = across.place(seconds(pulse.pulsePeriod)) - across.place(0)
    if areLines && spacing < 1 { return }
    let shape = areLines ? PulseShape.rectangular : pulse.shape
    var leading = ""
    var recovery = ""
    for index in 0..<pulses {
      let start = pulse.pulsePeriod * index
      let isOther = pulse.leadingPolarity == .alternating && index % 2 == 1
      let height = level(at: start) * (isOther ? -100 : 100)
      let middle = start + pulse.leadingPhase
      leading += PulsePanel.course(
        shape, from: seconds(start), to: seconds(middle), height, across, up)
      if pulse.recovery == .capacitor { continue }
      let begin = middle + pulse.interphaseGap
      recovery += PulsePanel.course(
        shape, from: seconds(begin), to: seconds(begin + pulse.recoveryPhase),
        -height * recoveryShare, across, up)
    }
    let style = areLines ? "hair" : "thin"
    canvas.path(leading, style: "lead \(style)")
    if !recovery.isEmpty { canvas.path(recovery, style: "back2 \(style)") }
  }

  private func drawOutline(on canvas: inout PlotCanvas, _ across: PlotAxis, _ up: PlotAxis) {
    func course(_ height: Double) -> String {
      let ends = train.rampUp + train.plateau
      let corners = [
        (Nanoseconds.zero, 0), (train.rampUp, height), (ends, height), (train.onTime, 0),
      ]
      return "M"
        + corners.map {
          "\(PlotCanvas.number(across.place(seconds($0)))) \(PlotCanvas.number(up.place($1)))"
        }.joined(separator: "L")
    }
    let isAlternating = pulse.leadingPolarity == .alternating
    canvas.path(course(100), style: "lead thin")
    if isAlternating { canvas.path(course(-100), style: "lead thin") }
    if pulse.recovery == .capacitor { return }
    canvas.path(course(-100 * recoveryShare), style: "back2 thin")
    if isAlternating { canvas.path(course(100 * recoveryShare), style: "back2 thin") }
  }

  /// A row for each part of the cycle, and for each channel where they follow one another.
  private func drawSpans(on canvas: inout PlotCanvas, from top: Double) -> Double {
    let plateau = train.rampUp
    let fall = plateau + train.plateau
    var rows: [(String, Nanoseconds, Nanoseconds)] = [
      ("ramp up \(train.rampUp)", .zero, plateau), ("plateau \(train.plateau)", plateau, fall),
      ("ramp down \(train.rampDown)", fall, train.onTime),
      ("off \(train.offTime)", train.onTime, cycle),
    ].filter { $0.2 > $0.1 }
    if therapy.channelOffset > .zero && therapy.channelOffset < cycle {
      rows.append(("channel 1 on", .zero, train.onTime))
      let offset = therapy.channelOffset
      rows.append(("channel 2 on", offset, offset + train.onTime))
    }
    var down = top
    for (name, start, end) in rows {
      canvas.label(PlotCanvas.left - 8, down + 8, name, style: "soft small", anchor: "end")
      canvas.bar(from: place(start), to: place(min(end, cycle)), down: down, style: "span")
      // What reaches beyond the cycle began in the one before.
      if end > cycle {
        canvas.bar(from: place(.zero), to: place(end - cycle), down: down, style: "span")
      }
      if isCut && end > train.onTime { canvas.cut(at: [down + 4]) }
      down += 18
    }
    return down
  }
}
