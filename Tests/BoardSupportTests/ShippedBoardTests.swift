// Decides: whether the shipped boards are what the driver, the bench and the core take them for.
// Leaves to others: how errors are refused (RejectedBoardTests) and curves (AmplitudeCurveTests).

import BoardSupport
import CheckedFiles
import StimulationCore
import Testing

@Suite("Shipped boards")
struct ShippedBoardTests {
  @Test("There are three, and only the bench has no patient")
  func names() throws {
    let names = try Fixture.boards.names()
    #expect(names == ["kernel-bench", "reference-1ch", "reference-2ch"])
    for name in names {
      let isBench = name == "kernel-bench"
      #expect(try (Fixture.board(name).patientCircuit == .none) == isBench)
    }
  }

  @Test("kernel-bench is wired as the guest's kernel modules are")
  func bench() throws {
    let board = try Fixture.board("kernel-bench")
    #expect(board.outputs.chip == "nmes-bench" && board.inputs.chip == "nmes-bench")
    #expect(
      board.outputLines.map(\.line.name) == [
        "ch1-positive", "ch1-negative", "ch2-positive", "ch2-negative", "relay-coil",
        "heartbeat", "indicator", "range-0", "range-1",
      ])
    #expect(
      board.inputLines.map(\.line.name) == [
        "estop-closed", "over-current-clear", "high-voltage-present", "contact-closed",
        "heartbeat-seen",
      ])
    for (index, channel) in board.channels.enumerated() {
      #expect(channel.amplitude.output.device == "platform/nmes-pwm")
      #expect(channel.amplitude.output.index == index)
      #expect(channel.amplitude.period == .microseconds(50))
      #expect(channel.current.input == 2 * index && channel.voltage.input == 2 * index + 1)
      #expect(channel.current.device == "nmes-adc" && channel.gate == nil)
      #expect(channel.current.scale.fixed?.value(of: -100) == .milliamperes(-1))
      #expect(channel.voltage.scale.fixed?.value(of: 100) == Millivolts(1_000))
      for (curve, range) in zip(channel.curves, board.ranges) {
        #expect(curve.activeTime(for: range.range.maximum) == channel.amplitude.period)
      }
    }
    #expect(board.overCurrentThreshold.input == 4)
    #expect(board.ranges.map(\.selection) == [0, 1, 2, 3])
  }

  @Test("What the core must know follows from the definition")
  func capabilities() throws {
    let bench = try Fixture.board("kernel-bench").capabilities
    #expect(bench.channelCount == 2 && !bench.holdsAndCountsPulses)
    #expect(bench.shortestGate == .never && bench.longestGate == .zero)
    #expect(!bench.mirrorsRecovery && !bench.recoversByCapacitor && bench.channelsAreIsolated)
    #expect(bench.smallestRange(holding: .milliamperes(55))?.maximum == .milliamperes(80))
    #expect(bench.converterStep == Microamperes(10) && bench.relayRelease == .milliseconds(5))
    let one = try Fixture.board("reference-1ch").capabilities
    #expect(one.channelCount == 1 && one.holdsAndCountsPulses && !one.channelsAreIsolated)
    #expect(one.mirrorsRecovery && one.recoversByCapacitor)
    #expect(one.shortestGate == .microseconds(50) && one.longestGate == .microseconds(4_900))
    #expect(one.ranges[3].maximum == .milliamperes(250))
    #expect(one.phaseCharge == Femtocoulombs(18_750_000_000_000))
    let two = try Fixture.board("reference-2ch").capabilities
    #expect(two.mirrorsRecovery && !two.recoversByCapacitor && two.channelCount == 2)
    #expect(two.ranges[1].maximum == .milliamperes(100) && two.ranges[2].maximum == .zero)
    #expect(two.smallestRange(holding: .milliamperes(101)) == nil)
  }

  @Test("A board whose tables are nominal says that it is not calibrated")
  func calibrated() throws {
    #expect(try Fixture.board("kernel-bench").isCalibrated)
    #expect(try !Fixture.board("reference-1ch").isCalibrated)
    let measured = try Fixture.board(
      "reference-1ch", replacing: "pointsSource: \"proposal, unconfirmed\"",
      with: "pointsSource: \"measured\"")
    #expect(measured.isCalibrated)
  }

  @Test("SR-17: a board's limits tighten both envelopes and contradict neither")
  func limits() throws {
    let board = try Fixture.board("reference-2ch")
    for envelope in Envelope.allCases {
      var table = LimitTable(envelope)
      try table.tighten(by: board.limitLayer(for: envelope))
      #expect(table[.phaseCharge].value == 5_000_000_000_000)
      #expect(table[.phaseCharge].source == .board)
      #expect(table[.longPulseAmplitude].value == 80_000)
    }
    let wide = try Fixture.board(
      "reference-2ch", replacing: "phaseCharge: \"5 mC\"", with: "phaseCharge: \"9 mC\"")
    var standard = LimitTable(.standard)
    try standard.tighten(by: wide.limitLayer(for: .standard))
    #expect(standard[.phaseCharge].source == .compiled)
    #expect(wide.limitLayer(for: .extended)[.phaseCharge] == 9_000_000_000_000)
  }

  @Test("No line of a shipped board is pulled to its active level")
  func bias() throws {
    for name in try Fixture.boards.names() {
      let board = try Fixture.board(name)
      for line in board.outputLines.map(\.line) + board.inputLines.map(\.line) {
        #expect(line.bias == .none || line.bias == (line.isActiveLow ? .pullUp : .pullDown))
      }
    }
  }

  @Test("A file that holds another board's name is refused, and so is an unknown name")
  func named() throws {
    #expect(throws: LibraryError.self) { try Fixture.board("reference-3ch") }
    let found = try #require(throws: LibraryError.self) {
      try BoardLibrary.loadBoard("reference-3ch", in: Fixture.boards)
    }
    #expect(found.description.contains("\"reference-2ch\"") && !found.isRefusal)
  }
}
