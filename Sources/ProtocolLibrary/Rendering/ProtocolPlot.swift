// Decides: the picture of a protocol: one pulse and one cycle of trains.
// Leaves to others: writing it to a file (the commands).

import StimulationCore

/// A protocol as a picture.
public enum ProtocolPlot {
  /// One pulse and one train cycle as SVG, without scripts, fonts or references.
  public static func svg(_ therapy: TherapyProtocol) -> String {
    PlotDrawing(therapy).text()
  }
}

private struct PlotDrawing {
  private let therapy: TherapyProtocol
  private var body: [String] = []
  private let left = 90.0
  private let right = 730.0

  init(_ therapy: TherapyProtocol) {
    self.therapy = therapy
    drawTitle()
    drawPulse()
    drawTrain()
  }

  func text() -> String {
    let title = escaped("\(therapy.name) \(therapy.version), stage \(therapy.stage)")
    let style = """
      .back{fill:#fff}.ink{fill:#1a1a1a}.soft{fill:#555}.axis{stroke:#555;fill:none}
      .grid{stroke:#ddd;fill:none}.lead{stroke:#0b57a4;fill:#0b57a4;fill-opacity:.18;stroke-width:2}
      .back2{stroke:#b3470b;fill:#b3470b;fill-opacity:.18;stroke-width:2}
      .mark{stroke:#555;fill:none;stroke-dasharray:5 4}
      text{font-family:sans-serif;font-size:14px}.title{font-size:18px;font-weight:bold}
      .small{font-size:12px}
      @media (prefers-color-scheme:dark){.back{fill:#16181c}.ink{fill:#f0f0f0}.soft{fill:#b8b8b8}
      .axis{stroke:#b8b8b8}.grid{stroke:#3a3d42}.mark{stroke:#b8b8b8}
      .lead{stroke:#6db3f8;fill:#6db3f8}.back2{stroke:#f6a15f;fill:#f6a15f}}
      """
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="760" height="640" viewBox="0 0 760 640" \
      role="img" aria-label="\(title)">
      <title>\(title)</title>
      <style>\(style)</style>
      <rect class="back" width="760" height="640"/>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  private mutating func drawTitle() {
    let heading = "\(therapy.name) \(therapy.version), stage \(therapy.stage)"
    label(20, 30, heading, style: "ink title", anchor: "start")
    label(20, 52, therapy.title, style: "soft", anchor: "start")
  }

  // MARK: One pulse

  private mutating func drawPulse() {
    let pulse = therapy.pulse
    let isShort = pulse.duration < .milliseconds(5)
    let unit = isShort ? 1_000.0 : 1_000_000.0
    func time(_ duration: Nanoseconds) -> Double { Double(duration.rawValue) / unit }
    let ceiling = Double(therapy.standardCeiling.rawValue) / 1_000
    let shown = shownDuration(pulse)
    let across = PlotAxis(values: 0...time(shown), places: (left, right))
    let up = PlotAxis(values: -1.35 * ceiling...1.35 * ceiling, places: (330, 95))
    label(
      left, 84, "One pulse at the standard ceiling of \(therapy.standardCeiling)", style: "ink",
      anchor: "start")
    drawAxes(across, up, zero: 0, across: "time (\(isShort ? "µs" : "ms"))", up: "current (mA)")
    let leadingEnd = time(pulse.leadingPhase)
    path(points(0, leadingEnd, ceiling, across, up), style: "lead")
    label(
      across.place(leadingEnd / 2), up.place(ceiling * 1.14), "leading \(pulse.leadingPhase)",
      style: "ink")
    let start = leadingEnd + time(pulse.interphaseGap)
    if pulse.recovery == .capacitor {
      drawDecay(from: start, to: time(shown), ceiling, across, up)
    } else {
      let end = start + time(pulse.recoveryPhase)
      let height = Double(pulse.recoveryAmplitude(of: therapy.standardCeiling).rawValue) / 1_000
      path(points(start, end, -height, across, up), style: "back2")
      label(
        across.place((start + end) / 2), up.place(-height - ceiling * 0.2),
        "recovery \(pulse.recoveryPhase)", style: "ink")
    }
    if shown == pulse.pulsePeriod {
      let place = across.place(time(shown))
      path("M\(number(place)) 95V330", style: "mark")
    }
    label(
      right, 84, "\(pulse.shape), \(pulse.recovery) recovery, a pulse every \(pulse.pulsePeriod)",
      style: "soft small", anchor: "end")
  }

  /// The whole period where the pulse fills half of it, else the pulse and a little more.
  private func shownDuration(_ pulse: PulsePlan) -> Nanoseconds {
    if pulse.pulsePeriod <= pulse.duration * 2 { return pulse.pulsePeriod }
    let room = pulse.recovery == .capacitor ? pulse.duration * 4 : pulse.duration / 6
    return min(pulse.pulsePeriod, pulse.duration + room)
  }

  private func points(
    _ start: Double, _ end: Double, _ height: Double, _ across: PlotAxis, _ up: PlotAxis
  ) -> String {
    let shape = therapy.pulse.shape
    var text = "M\(number(across.place(start))) \(number(up.place(0)))"
    for index in 0..<shape.steps {
      let level = Double(shape.height(ofStep: index).rawValue) / 1_000_000 * height
      let next = start + (end - start) * Double(index + 1) / Double(shape.steps)
      text += "V\(number(up.place(level)))H\(number(across.place(next)))"
    }
    return text + "V\(number(up.place(0)))"
  }

  /// Capacitor recovery has no stated course: a decay, drawn dashed, stands for it.
  private mutating func drawDecay(
    from start: Double, to end: Double, _ ceiling: Double, _ across: PlotAxis, _ up: PlotAxis
  ) {
    var text = "M\(number(across.place(start))) \(number(up.place(0)))"
    var level = ceiling / 4
    for index in 0...40 {
      let time = start + (end - start) * Double(index) / 40
      text += "L\(number(across.place(time))) \(number(up.place(-level)))"
      level *= 0.9
    }
    path(text, style: "mark")
    label(
      across.place((start + end) / 2), up.place(-ceiling * 0.45),
      "recovery by capacitor (course not to scale)", style: "ink")
  }

  // MARK: One cycle

  private mutating func drawTrain() {
    let train = therapy.train
    func seconds(_ duration: Nanoseconds) -> Double { Double(duration.rawValue) / 1e9 }
    let cycle = seconds(train.onTime + train.offTime)
    let across = PlotAxis(values: 0...max(cycle, 1e-3), places: (left, right))
    let up = PlotAxis(values: 0...120, places: (570, 410))
    label(
      left, 392, "One train cycle: on \(train.onTime), off \(train.offTime)", style: "ink",
      anchor: "start")
    let rest = train.sets > 1 ? ", \(train.sets) sets, \(train.restBetweenSets) between" : ""
    label(
      right, 392, "\(train.trains) trains\(rest)", style: "soft small", anchor: "end")
    drawAxes(across, up, zero: 0, across: "time (s)", up: "setpoint (%)")
    let rampEnd = seconds(train.rampUp)
    let plateauEnd = rampEnd + seconds(train.plateau)
    let corners = [
      (0.0, 0.0), (rampEnd, 100.0), (plateauEnd, 100.0), (seconds(train.onTime), 0.0),
    ]
    let course = corners.map { "\(number(across.place($0.0))) \(number(up.place($0.1)))" }
    path("M" + course.joined(separator: "L"), style: "lead")
    let isWide = across.place(plateauEnd) - across.place(rampEnd) > 110
    label(
      isWide ? across.place((rampEnd + plateauEnd) / 2) : across.place(plateauEnd) + 8,
      isWide ? up.place(50) : up.place(104), "plateau \(train.plateau)", style: "ink",
      anchor: isWide ? "middle" : "start")
    if train.rampUp > .zero || train.rampDown > .zero {
      label(
        across.place(seconds(train.onTime)) + 8, up.place(60),
        "ramps \(train.rampUp) up, \(train.rampDown) down", style: "soft small", anchor: "start")
    }
    if across.place(cycle) - across.place(seconds(train.onTime)) > 70 {
      label(
        across.place((seconds(train.onTime) + cycle) / 2), up.place(12), "off \(train.offTime)",
        style: "soft")
    }
  }

  // MARK: Parts

  private mutating func drawAxes(
    _ across: PlotAxis, _ up: PlotAxis, zero: Double, across name: String, up upName: String
  ) {
    let bottom = up.places.from
    for tick in up.ticks {
      path("M\(number(left)) \(number(up.place(tick)))H\(number(right))", style: "grid")
      label(left - 8, up.place(tick) + 4, PlotAxis.text(tick), style: "soft small", anchor: "end")
    }
    for tick in across.ticks {
      let place = across.place(tick)
      path("M\(number(place)) \(number(bottom))v5", style: "axis")
      label(place, bottom + 19, PlotAxis.text(tick), style: "soft small")
    }
    path(
      "M\(number(left)) \(number(up.places.to))V\(number(bottom))H\(number(right))", style: "axis")
    path("M\(number(left)) \(number(up.place(zero)))H\(number(right))", style: "axis")
    label((left + right) / 2, bottom + 38, name, style: "soft")
    let middle = (up.places.from + up.places.to) / 2
    body.append(
      "<text class=\"soft\" text-anchor=\"middle\" "
        + "transform=\"translate(28 \(number(middle))) rotate(-90)\">\(escaped(upName))</text>")
  }

  private mutating func path(_ course: String, style: String) {
    body.append("<path class=\"\(style)\" d=\"\(course)\"/>")
  }

  private mutating func label(
    _ across: Double, _ down: Double, _ text: String, style: String, anchor: String = "middle"
  ) {
    body.append(
      "<text class=\"\(style)\" x=\"\(number(across))\" y=\"\(number(down))\" "
        + "text-anchor=\"\(anchor)\">\(escaped(text))</text>")
  }

  private func number(_ value: Double) -> String {
    PlotAxis.text((value * 10).rounded() / 10).replacing("−", with: "-")
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
