// Decides: the picture of a protocol: what it is, one pulse, one train.
// Leaves to others: the panels (PulsePanel, TrainPanel), and writing it to a file (the commands).

import StimulationCore

/// A protocol as a picture.
public enum ProtocolPlot {
  /// One pulse and one train as SVG, without scripts, fonts or references; with the interphase
  /// gap that a board delivers, where one is named.
  public static func svg(_ therapy: TherapyProtocol, on board: ShownBoard? = nil) -> String {
    var canvas = PlotCanvas()
    let name = "\(therapy.name) \(therapy.version), stage \(therapy.stage)"
    var down = 30.0
    for line in PlotCanvas.wrapped(name, size: 19, to: 720) {
      canvas.label(20, down, line, style: "ink title", anchor: "start")
      down += 22
    }
    for line in PlotCanvas.wrapped(therapy.title, size: 14, to: 720) {
      canvas.label(20, down, line, style: "soft", anchor: "start")
      down += 19
    }
    down += 8
    for (name, text) in facts(therapy, board) {
      canvas.label(20, down, name, style: "soft small", anchor: "start")
      for line in PlotCanvas.wrapped(text, size: 12, to: 640) {
        canvas.label(100, down, line, style: "ink small", anchor: "start")
        down += 17
      }
    }
    down = PulsePanel(therapy, board).draw(on: &canvas, from: down + 22)
    down = TrainPanel(therapy).draw(on: &canvas, from: down + 34)
    return document(name, canvas.body, height: down + 14)
  }

  /// What the drawings cannot show, or not to scale.
  private static func facts(
    _ therapy: TherapyProtocol, _ board: ShownBoard?
  ) -> [(String, String)] {
    let pulse = therapy.pulse
    let recovery =
      pulse.recovery == .capacitor
      ? "recovery by the board's capacitor"
      : "\(pulse.recovery) recovery \(pulse.recoveryPhase)"
    let rate = Double(1_000_000_000) / Double(pulse.pulsePeriod.rawValue)
    let rateText = rate >= 1 ? "\(tenths(rate)) pps" : "\(tenths(rate * 60)) a minute"
    let extended = therapy.extendedCeiling.map { "\($0) extended, by prescription" }
    let train = therapy.train
    let sets =
      train.sets > 1
      ? "\(train.trains) trains, \(train.sets) sets of \(train.trainsPerSet) with "
        + "\(train.restBetweenSets) between"
      : "\(train.trains) trains"
    return [
      ("pulse", "\(pulse.shape), leading \(pulse.leadingPhase), \(recovery)"),
      ("gap", ShownBoard.gapText(pulse, on: board)),
      ("rate", "a pulse every \(pulse.pulsePeriod), \(rateText)"),
      ("polarity", polarity(therapy)),
      ("channels", channels(therapy)),
      (
        "amplitude",
        "start \(therapy.startingAmplitude); ceiling \(therapy.standardCeiling) standard, "
          + (extended ?? "none extended")
      ),
      (
        "session",
        "\(sets), at most \(train.sessionDuration); \(therapy.sessionsPerDay) "
          + (therapy.sessionsPerDay == 1 ? "session a day" : "sessions a day")
      ),
    ]
  }

  private static func tenths(_ value: Double) -> String {
    PlotAxis.text((value * 10).rounded() / 10)
  }

  private static func polarity(_ therapy: TherapyProtocol) -> String {
    let stated = therapy.polarities.enumerated().map { "channel \($0 + 1) \($1)" }
    let channels = stated.isEmpty ? "positive on every channel" : stated.joined(separator: ", ")
    switch therapy.pulse.leadingPolarity {
    case .fixed: return "every pulse leads \(channels)"
    case .alternating: return "the first pulse leads \(channels), every second one the other way"
    }
  }

  private static func channels(_ therapy: TherapyProtocol) -> String {
    if therapy.channelOffset == .zero { return "\(therapy.arrangement)" }
    return "\(therapy.arrangement), each \(therapy.channelOffset) later than the one before"
  }

  private static func document(_ title: String, _ body: [String], height: Double) -> String {
    let name = PlotCanvas.escaped(title)
    let size = PlotCanvas.number(height.rounded(.up))
    let style = """
      .back{fill:#fff}.ink{fill:#1a1a1a}.soft{fill:#555}.axis{stroke:#555;fill:none}
      .grid{stroke:#ddd;fill:none}.lead{stroke:#0b57a4;fill:#0b57a4;fill-opacity:.18;stroke-width:2}
      .back2{stroke:#b3470b;fill:#b3470b;fill-opacity:.18;stroke-width:2}
      .thin{stroke-width:1}.hair{stroke-width:.5;fill:none}.span{fill:#777}
      .cut{stroke:#fff;stroke-width:5;fill:none}
      .mark{stroke:#555;fill:none;stroke-dasharray:5 4}
      text{font-family:sans-serif;font-size:14px}.title{font-size:18px;font-weight:bold}
      .small{font-size:12px}
      @media (prefers-color-scheme:dark){.back{fill:#16181c}.ink{fill:#f0f0f0}.soft{fill:#b8b8b8}
      .axis{stroke:#b8b8b8}.grid{stroke:#3a3d42}.mark{stroke:#b8b8b8}.span{fill:#999}
      .cut{stroke:#16181c}.lead{stroke:#6db3f8;fill:#6db3f8}.back2{stroke:#f6a15f;fill:#f6a15f}}
      """
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="760" height="\(size)" \
      viewBox="0 0 760 \(size)" role="img" aria-label="\(name)">
      <title>\(name)</title>
      <style>\(style)</style>
      <rect class="back" width="760" height="\(size)"/>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }
}
