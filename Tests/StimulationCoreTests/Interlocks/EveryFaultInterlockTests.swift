// Decides: what every fault of the board, the clock and the host does in every state.
// Leaves to others: bounds and patience of single interlocks.

import Testing

@testable import StimulationCore

/// A fault that lasts one tick.
private enum Fault: String, CaseIterable {
  case emergencyStop, overCurrent, highVoltage, linesLost
  case writeFailed, writeUnconfirmed
  case coilReadBack, rangeReadBack, phaseReadBack, amplitudeReadBack
  case outOfRange, stale
  case lateWake, starved, backwards
  case lease, logger

  func turn(_ rig: InterlockRig) {
    switch self {
    case .lateWake: rig.turn(late: .milliseconds(2) + Nanoseconds(1))
    case .starved: rig.turn(at: rig.now + .milliseconds(10) + Nanoseconds(1))
    case .backwards: rig.turn(at: rig.now - Nanoseconds(1))
    case .lease, .logger:
      rig.meddle = { request, rig in
        let instant = rig.now - .seconds(1) - Nanoseconds(1)
        if self == .lease {
          request.leaseRenewedAt = instant
        } else {
          request.loggerProgressAt = instant
        }
      }
      rig.turn()
      rig.meddle = nil
    default: rig.turn { corrupt(&$0, at: rig.now) }
    }
  }

  private func corrupt(_ readings: inout Readings, at now: Nanoseconds) {
    switch self {
    case .emergencyStop: readings.lines.remove(.emergencyStopClosed)
    case .overCurrent: readings.lines.remove(.overCurrentClear)
    case .highVoltage: readings.lines.remove(.highVoltagePresent)
    case .linesLost: readings.lines.remove(.outputsHeld)
    case .writeFailed: readings.write = .failed
    case .writeUnconfirmed: readings.write = .unconfirmed
    case .coilReadBack: readings.relayCoil.toggle()
    case .rangeReadBack: readings.rangeMaximum = .zero
    case .phaseReadBack:
      readings.channels[0].phase = readings.channels[0].phase == .off ? .negative : .off
    case .amplitudeReadBack: readings.channels[0].amplitude += Microamperes(100)
    case .outOfRange: readings.channels[0].isInRange = false
    case .stale: readings.channels[0].sampledAt = .notYet
    case .lateWake, .starved, .backwards, .lease, .logger: break
    }
  }
}

@Suite struct EveryFaultInterlockTests {
  /// What is expected, written by hand from `requirements.md`: L latched where nothing is on,
  /// C cut, F the pulse is finished, - nothing. Columns: faulted, self-check, checked, armed,
  /// ramping, leading, gap, recovery, rest, paused, stopping, completed.
  private static let table = """
    emergencyStop     emergency-stop        L C C C C C C C C C C -
    overCurrent       over-current-line     L C C C C C C C C C C -
    highVoltage       high-voltage-lost     L C C C C C C C C C C -
    linesLost         outputs-lost          L C C C C C C C C C C -
    writeFailed       output-write-failed   L C C C C C C C C C C C
    writeUnconfirmed  *                     L C C C C C C C C C C C
    coilReadBack      read-back-mismatch    L C C C C C C C C C C C
    rangeReadBack     read-back-mismatch    L C C C C C C C C C C C
    phaseReadBack     read-back-mismatch    L C C C C C C C C C C C
    amplitudeReadBack read-back-mismatch    L C C C C C C C C C C C
    outOfRange        converter-out-of-range L C C C C C C C C C C C
    stale             converter-stale       L C C C C C C C C C C C
    lateWake          late-wake             - C - C C C C C C C C -
    starved           loop-starved          - C - C C C C C C C C -
    backwards         clock-backwards       L C C C C C C C C C C C
    lease             lease-lost            - - - C F F F F F C - -
    logger            logger-silent         - - - C F F F F F C - -
    """

  private static let columns: [[Place]] = [
    [.faulted],
    [
      .checkInactive, .checkRange, .checkHeartbeat, .checkOffset, .checkRelayCloses, .checkProbe,
      .checkRelayOpens,
    ],
    [.checked], [.armed], [.ramping], [.leading], [.gap], [.recovery], [.rest], [.paused],
    [.stopping], [.completed],
  ]

  @Test(
    "SR-20 to SR-32: every fault in every state does what the table of this test says",
    arguments: table.split(separator: "\n").map(String.init))
  func everyState(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let fault = try #require(Fault(rawValue: words[0]))
    try #require(words.count == 2 + EveryFaultInterlockTests.columns.count)
    for (places, expected) in zip(EveryFaultInterlockTests.columns, words.dropFirst(2)) {
      for place in places { try check(fault, words[1], in: place, expected) }
    }
  }

  private func check(
    _ fault: Fault, _ wanted: String, in place: Place, _ expected: String
  ) throws {
    let rig = try InterlockRig()
    try rig.go(to: place)
    let before = rig.state
    // A write of released, idle outputs towards inactive has a name of its own.
    let name =
      wanted == "*"
      ? (rig.isActive || rig.frame.relayCoil
        ? "output-write-failed" : "unconfirmed-inactive") : wanted
    let id = try #require(InterlockID.allCases.first { "\($0.name)" == name })
    let comment = Comment(rawValue: "\(fault) in \(place): \(rig.state), \(rig.trips)")
    fault.turn(rig)
    switch expected {
    case "-":
      rig.run(for: .milliseconds(2))
      #expect(!rig.has(id) && rig.first == (place == .faulted ? .notYetChecked : nil), comment)
      return
    case "L":
      #expect(rig.isOff && rig.state == .faulted && rig.has(id), comment)
      #expect(rig.first == .notYetChecked, comment)
    case "C":
      #expect(rig.has(id) && rig.isOff, comment)
      if case .selfCheck(let item) = before {
        #expect(rig.has(.selfCheckFailed) && rig.controller.failedItem == item, comment)
      }
    default:
      expectResponse(.finishPulse, to: id, of: rig)
    }
    let level = rig.frame.heartbeat
    var isQuiet = true
    for _ in 0..<20 {
      rig.turn()
      isQuiet = isQuiet && rig.isOff && rig.frame.heartbeat == level
    }
    #expect(isQuiet && rig.state == .faulted && rig.has(id), comment)
  }
}
