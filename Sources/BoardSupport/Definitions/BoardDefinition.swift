// Decides: what a board is: the checked content of a file of `Hardware/`.
// Leaves to others: reading and checking the file (BoardReader, BoardCheck), and driving the
// board (LinuxBoard).

public import CheckedFiles
public import StimulationCore

/// What a board's output is connected to.
public enum PatientCircuit: String, CaseIterable, Sendable, CustomStringConvertible {
  /// Nothing that a person could touch: a bench. `nmes run` may energise it.
  case none
  /// Electrodes, isolated from computer, mains and ground. The daemon alone may energise it.
  case isolated

  /// The circuit's name in files.
  public var description: String { rawValue }
}

/// How the channels of a board lie to one another.
public enum ChannelIsolation: String, CaseIterable, Sendable, CustomStringConvertible {
  /// Each is isolated from every other, so that phases may overlap.
  case mutual
  /// They share a supply: phases never overlap (SR-33).
  case shared

  /// The isolation's name in files.
  public var description: String { rawValue }
}

/// A board as its definition declares it. Only a file that passed every check becomes one.
public struct BoardDefinition: Sendable {
  /// The name by which it is found.
  public let name: String
  /// One line for people.
  public let title: String
  /// The revision of board and definition.
  public let revision: String
  /// What the board is and for what.
  public let summary: String
  /// What its output is connected to.
  public let patientCircuit: PatientCircuit
  /// How its channels lie to one another.
  public let channelIsolation: ChannelIsolation
  /// The output lines that all channels share.
  public let outputs: OutputLines
  /// The input lines.
  public let inputs: InputLines
  /// The output ranges, smallest first, 1 to 4.
  public let ranges: [RangeDefinition]
  /// The channels, 1 to 8.
  public let channels: [ChannelDefinition]
  /// The read-back of the hardware over-current threshold.
  public let overCurrentThreshold: ConverterDefinition<Microamperes>
  /// What the electronics do and guarantee.
  public let electronics: BoardElectronics
  /// The board's own limits, each at or within the wider of the compiled envelopes.
  public let limits: LimitLayer
  /// Every value with its source, in the order of the file.
  public let values: [SourcedValue]
  let file: String
  let locations: [String: SourceLocation]

  /// Where a key stands, for example `electronics.deadTime`.
  public func location(of key: String) -> SourceLocation {
    locations[key] ?? SourceLocation(file: file, line: 1, column: 1)
  }
}

extension BoardDefinition {
  /// Every output line with what it does; phases and relay coil first.
  public var outputLines: [(function: OutputFunction, line: LineDefinition)] {
    var lines: [(function: OutputFunction, line: LineDefinition)] = []
    for (index, channel) in channels.enumerated() {
      lines.append((.phasePositive(channel: index), channel.phasePositive))
      lines.append((.phaseNegative(channel: index), channel.phaseNegative))
    }
    lines.append((.relayCoil, outputs.relayCoil))
    lines.append((.heartbeat, outputs.heartbeat))
    lines.append((.indicator, outputs.indicator))
    for (index, line) in outputs.rangeSelect.enumerated() {
      lines.append((.rangeSelect(index), line))
    }
    for (index, channel) in channels.enumerated() {
      if let line = channel.gate?.negative { lines.append((.gateNegative(channel: index), line)) }
      if let line = channel.gate?.capacitor { lines.append((.gateCapacitor(channel: index), line)) }
    }
    return lines
  }

  /// Every input line with what it tells.
  public var inputLines: [(function: InputFunction, line: LineDefinition)] {
    var lines: [(function: InputFunction, line: LineDefinition)] = [
      (.emergencyStopClosed, inputs.emergencyStopClosed),
      (.overCurrentClear, inputs.overCurrentClear),
      (.highVoltagePresent, inputs.highVoltagePresent),
      (.contactClosed, inputs.contactClosed),
      (.heartbeatSeen, inputs.heartbeatSeen),
    ]
    for (index, channel) in channels.enumerated() {
      if let line = channel.gate?.pulseStarted {
        lines.append((.pulseStarted(channel: index), line))
      }
    }
    return lines
  }

  /// The label of the kernel bench's simulated chip, which no chip of a computer has.
  public static let benchChip = "nmes-bench"

  /// Whether somebody may be connected to it.
  ///
  /// What a file says of its patient circuit is believed only where its lines are the kernel
  /// bench's: a word changed in a copy does not let `nmes run` energise real pins.
  public var mayReachPatient: Bool {
    let isBench = outputs.chip == Self.benchChip && inputs.chip == Self.benchChip
    return patientCircuit != .none || !isBench
  }

  /// Whether every calibration was measured on this board, or needs no measuring. A board that
  /// is not calibrated delivers what its nominal tables say, more or less.
  public var isCalibrated: Bool {
    values.filter { $0.key.hasSuffix(".points") }.allSatisfy { !$0.isUnconfirmed }
  }

  /// The board's limits as a layer of one envelope. A limit that is wider than this envelope's
  /// own, because the other envelope is the wider one, says nothing here.
  public func limitLayer(for envelope: Envelope) -> LimitLayer {
    var layer = LimitLayer(source: .board)
    for kind in LimitKind.allCases {
      if let value = limits[kind], kind.allows(value, under: envelope.limit(of: kind)) {
        layer[kind] = value
      }
    }
    return layer
  }

  /// What the core must know of the board.
  public var capabilities: BoardCapabilities {
    let none = OutputRange(maximum: .zero, step: .zero)
    let gate = electronics.gate
    return BoardCapabilities(
      channelCount: channels.count,
      ranges: InlineArray { $0 < ranges.count ? ranges[$0].range : none },
      compliance: electronics.compliance, deadTime: electronics.deadTime,
      settling: electronics.settling, longestPhase: electronics.longestPhase,
      phaseCharge: electronics.phaseCharge,
      shortestGate: gate?.leadingPhase.lowerBound ?? .never,
      longestGate: gate?.leadingPhase.upperBound ?? .zero,
      holdsAndCountsPulses: gate != nil,
      mirrorsRecovery: gate.map { $0.recovery != .capacitor } ?? false,
      recoversByCapacitor: gate.map { $0.recovery != .mirrored } ?? false,
      channelsAreIsolated: channelIsolation == .mutual, relayRelease: electronics.relayRelease,
      converterStep: channels.map(\.current.resolution).max() ?? .zero)
  }
}
