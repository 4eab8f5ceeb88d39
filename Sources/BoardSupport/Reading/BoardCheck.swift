// Decides: whether the parts of a board definition fit together.
// Leaves to others: bounds on single values (BoardBounds) and calibration (CalibrationReader).

import CheckedFiles
import StimulationCore

/// The checks of a board whose values read well, all in one pass.
struct BoardCheck {
  private let board: BoardDefinition
  private let findings: Findings

  init(_ board: BoardDefinition, findings: Findings) {
    self.board = board
    self.findings = findings
  }

  func run() {
    checkLimits()
    checkConverters()
  }

  private func report(_ code: DiagnosticCode, _ key: String, _ message: String) {
    findings.report(code, board.location(of: key), message)
  }

  /// A limit of the board is not looser than what its own electronics can do (SR-17).
  private func checkLimits() {
    let last = board.ranges.count
    let electronics = board.electronics
    let outer: [(key: String, kind: LimitKind, most: Int64, place: String)] = [
      (
        "amplitude", .amplitude, Int64(board.ranges[last - 1].range.maximum.rawValue),
        "ranges[\(last)].maximum"
      ),
      (
        "longPulseAmplitude", .longPulseAmplitude,
        Int64(board.ranges[last - 1].range.maximum.rawValue), "ranges[\(last)].maximum"
      ),
      ("phaseWidth", .phaseWidth, electronics.longestPhase.rawValue, "electronics.longestPhase"),
      ("phaseCharge", .phaseCharge, electronics.phaseCharge.rawValue, "electronics.phaseCharge"),
    ]
    for (key, kind, most, place) in outer {
      guard let value = board.limits[kind], value > most else { continue }
      report(
        .disagreement, "limits.\(key)",
        "\(kind) \(kind.text(of: value)) is looser than \(place) \(kind.text(of: most)) at "
          + "\(board.location(of: place)); a limit may only tighten, so lower it")
    }
  }

  /// Every converter whose scale is known measures as far as it must. A kernel's scale is known
  /// on the machine only, where it is checked again.
  private func checkConverters() {
    let range = board.ranges[board.ranges.count - 1].range
    let compliance = board.electronics.compliance
    for (index, channel) in board.channels.enumerated() {
      let path = "channels[\(index + 1)]"
      let threshold = board.ranges[board.ranges.count - 1].threshold
      check(channel.current, "\(path).current", from: -threshold, to: threshold)
      check(channel.voltage, "\(path).voltage", from: -compliance, to: compliance)
      guard let gate = channel.gate else { continue }
      check(gate.heldLeading, "\(path).gate.heldLeading", from: .zero, to: threshold)
      check(gate.heldVoltage, "\(path).gate.heldVoltage", from: .zero, to: compliance)
      if let held = gate.heldRecovery {
        check(held, "\(path).gate.heldRecovery", from: .zero, to: threshold)
      }
    }
    check(
      board.overCurrentThreshold, "overCurrentThreshold", from: .zero,
      to: range.highestThreshold)
  }

  private func check<Unit: CustomStringConvertible>(
    _ converter: ConverterDefinition<Unit>, _ key: String, from least: Unit, to most: Unit
  ) {
    guard let scale = converter.scale.fixed else { return }
    let low = scale.value(of: converter.codes.lowerBound)
    let high = scale.value(of: converter.codes.upperBound)
    if low <= least && high >= most { return }
    report(
      .inconsistent, key,
      "\(key) measures from \(low) to \(high); it must measure from \(least) to \(most), so change "
        + "its codes, its span or the board")
  }
}
