// Decides: what the listings say of a board in JSON.
// Leaves to others: encoding and printing (the commands).

public import CheckedFiles
import StimulationCore

/// One line of the list of boards.
public struct BoardListing: Sendable, Equatable, Codable {
  /// The name.
  public let name: String
  /// The title.
  public let title: String
  /// The revision.
  public let revision: String
  /// How many channels it has.
  public let channels: Int
  /// What its output is connected to.
  public let patientCircuit: String

  /// The listing of a board.
  public init(_ board: BoardDefinition) {
    name = board.name
    title = board.title
    revision = board.revision
    channels = board.channels.count
    patientCircuit = "\(board.patientCircuit)"
  }
}

/// All that is to be said of a board.
public struct BoardModel: Sendable, Equatable, Codable {
  /// One line with what it does.
  public struct Line: Sendable, Equatable, Codable {
    /// What it does, such as `phasePositive, channel 1`.
    public let function: String
    /// The chip's label.
    public let chip: String
    /// The line's name.
    public let name: String
    /// `high` or `low`.
    public let active: String
    /// What pulls it.
    public let bias: String
  }

  /// One output of a PWM chip, or one input of a converter, with what it does.
  public struct Connection: Sendable, Equatable, Codable {
    /// What it does, such as `amplitude, channel 1`.
    public let function: String
    /// The device.
    public let device: String
    /// Its output or input.
    public let number: Int
    /// The smallest step: of active time, of current or of voltage.
    public let step: String
  }

  /// The board's line in the list.
  public let listing: BoardListing
  /// What it is and for what.
  public let summary: String
  /// Who may energise it.
  public let energisedBy: String
  /// Whether every calibration was measured, or needs no measuring.
  public let isCalibrated: Bool
  /// The output lines.
  public let outputs: [Line]
  /// The input lines.
  public let inputs: [Line]
  /// The PWM outputs.
  public let pwm: [Connection]
  /// The converter inputs.
  public let converters: [Connection]
  /// Every value with its source, in the order of the file.
  public let values: [SourcedValue]

  /// All of a board.
  public init(_ board: BoardDefinition) {
    listing = BoardListing(board)
    summary = board.summary
    energisedBy = board.mayReachPatient ? "the daemon alone" : "nmes run and the daemon"
    isCalibrated = board.isCalibrated
    outputs = board.outputLines.map {
      BoardModel.line("\($0.function)", board.outputs.chip, $0.line)
    }
    inputs = board.inputLines.map {
      BoardModel.line("\($0.function)", board.inputs.chip, $0.line)
    }
    var pwm: [Connection] = []
    var converters: [Connection] = []
    for (index, channel) in board.channels.enumerated() {
      let place = ", channel \(index + 1)"
      pwm.append(BoardModel.connection("amplitude" + place, channel.amplitude.output))
      converters.append(BoardModel.connection("current" + place, channel.current))
      converters.append(BoardModel.connection("voltage" + place, channel.voltage))
      guard let gate = channel.gate else { continue }
      pwm.append(BoardModel.connection("gate" + place, gate.pwm))
      converters.append(BoardModel.connection("held leading current" + place, gate.heldLeading))
      if let held = gate.heldRecovery {
        converters.append(BoardModel.connection("held recovery current" + place, held))
      }
      converters.append(BoardModel.connection("held voltage" + place, gate.heldVoltage))
    }
    converters.append(
      BoardModel.connection("over-current threshold", board.overCurrentThreshold))
    self.pwm = pwm
    self.converters = converters
    values = board.values
  }

  private static func line(_ function: String, _ chip: String, _ line: LineDefinition) -> Line {
    Line(
      function: function, chip: chip, name: line.name, active: line.isActiveLow ? "low" : "high",
      bias: "\(line.bias)")
  }

  private static func connection(_ function: String, _ output: PWMOutput) -> Connection {
    Connection(
      function: function, device: output.device, number: output.index,
      step: "\(output.granularity)")
  }

  private static func connection<Unit: CustomStringConvertible>(
    _ function: String, _ input: ConverterDefinition<Unit>
  ) -> Connection {
    Connection(
      function: function, device: input.device, number: input.input, step: "\(input.resolution)")
  }
}
