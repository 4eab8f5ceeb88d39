// Decides: the record's file: Value Change Dump, timescale 1 ns, as GTKWave and sigrok read it.
// Leaves to others: what is recorded (the plant) and when it is drained (the runner).

import Foundation

/// Why a record is not whole.
public enum RecordError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file cannot be made.
  case cannotCreate(path: String)
  /// The file exists, and nobody asked for it to be replaced.
  case exists(path: String)
  /// The file exists and is no record.
  case notARecord(path: String)
  /// The file is one of those that a dose log is made of.
  case belongsToLog(path: String)
  /// A write failed.
  case writeFailed(path: String, reason: String)
  /// Changes came faster than they were drained. What follows them is in the file.
  case changesLost(count: Int, path: String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .cannotCreate(let path):
      return "cannot create the record \(path): name a file in a folder that can be written"
    case .exists(let path):
      return "the record \(path) exists already and was left as it is; name another file, or "
        + "replace it with --replace-record"
    case .notARecord(let path):
      return "\(path) does not begin as a Value Change Dump, so it is no record and was left as it "
        + "is; name another file"
    case .belongsToLog(let path):
      return "\(path) belongs to the dose log and was left as it is; name another file for the "
        + "record"
    case .writeFailed(let path, let reason):
      return "the record \(path) ends early: \(reason); free the disk or name another file"
    case .changesLost(let count, let path):
      return "the record \(path) lacks \(count) changes that did not fit its buffer: drain it "
        + "more often or give the board a larger record capacity"
    }
  }
}

/// A Value Change Dump of a simulated board.
public final class VCDWriter {
  /// The most text that is held before it goes to the file.
  private static let most = 1 << 16

  private let path: String
  private let file: FileHandle
  private var text: [UInt8] = []
  private var time: Int64 = -1

  /// Creates `path` and writes the header and every signal's first value.
  ///
  /// - Parameters:
  ///   - replaces: whether a record that exists, or an empty file, is replaced, or refused.
  ///   - spared: files that no record replaces, under whatever name.
  public init(
    path: String, board: borrowing SimulatedBoard, replaces: Bool, sparing spared: [String] = []
  ) throws(RecordError) {
    self.file = try RecordFile.open(path, replaces: replaces, sparing: spared)
    self.path = path
    writeHeader(channelCount: board.channelCount, seed: board.seed)
    try flush()
  }

  /// Writes everything that the board recorded since the last drain.
  ///
  /// Called by whoever calls the board, between two of its calls: the board never records a
  /// change earlier than its present time afterwards, so the file's times only rise.
  public func drain(_ board: inout SimulatedBoard) throws(RecordError) {
    let taken = board.drainRecord()
    let order = taken.changes.indices.sorted {
      let left = taken.changes[$0].time
      let right = taken.changes[$1].time
      return left == right ? $0 < $1 : left < right
    }
    for place in order {
      write(taken.changes[place])
      if text.count >= VCDWriter.most { try flush() }
    }
    if taken.lost > 0 {
      append("$comment \(taken.lost) changes lost before this point $end\n")
      try flush()
      throw .changesLost(count: taken.lost, path: path)
    }
    try flush()
  }

  /// Writes what is left and the time of the record's end.
  public func finish(_ board: inout SimulatedBoard) throws(RecordError) {
    try drain(&board)
    if board.time > time { append("#\(board.time)\n") }
    try flush()
    do {
      try file.synchronize()
      try file.close()
    } catch {
      throw .writeFailed(path: path, reason: error.localizedDescription)
    }
  }

  private func writeHeader(channelCount: Int, seed: UInt64) {
    append("$comment nmes simulated board, seed \(seed) $end\n")
    append("$timescale 1 ns $end\n$scope module board $end\n")
    let boardWires = ["relay_coil", "relay_contact", "heartbeat", "estop"]
    for (signal, name) in boardWires.enumerated() { declare(signal, name, isReal: false) }
    for channel in 0..<channelCount {
      let prefix = "ch\(channel + 1)_"
      declare(Signal.positive(channel), prefix + "positive", isReal: false)
      declare(Signal.negative(channel), prefix + "negative", isReal: false)
      declare(Signal.gate(channel), prefix + "gate", isReal: false)
      declare(Signal.amplitude(channel), prefix + "amplitude_uA", isReal: true)
      declare(Signal.current(channel), prefix + "current_uA", isReal: true)
    }
    append("$upscope $end\n$enddefinitions $end\n#0\n$dumpvars\n")
    time = 0
    let count = Signal.firstOfChannels + channelCount * Signal.perChannel
    for signal in 0..<count {
      // The chain is closed when the board is opened; everything else is off.
      append(signal, signal == Signal.emergencyStop ? 1 : 0)
    }
    append("$end\n")
  }

  private func declare(_ signal: Int, _ name: String, isReal: Bool) {
    let kind = isReal ? "real 64" : "wire 1"
    append("$var \(kind) \(identifier(signal)) \(name) $end\n")
  }

  private func identifier(_ signal: Int) -> Character {
    Character(UnicodeScalar(UInt8(33 + signal)))
  }

  private func write(_ change: SignalChange) {
    if change.time != time {
      precondition(change.time > time, "a record's times only rise")
      time = change.time
      append("#\(time)\n")
    }
    append(change.signal, change.value)
  }

  private func append(_ signal: Int, _ value: Double) {
    if Signal.isReal(signal) {
      let tenths = Int64((value * 10).rounded())
      let sign = tenths < 0 ? "-" : ""
      let whole = tenths.magnitude / 10
      let rest = tenths.magnitude % 10
      append(rest == 0 ? "r\(sign)\(whole) " : "r\(sign)\(whole).\(rest) ")
    } else {
      append(value == 0 ? "0" : "1")
    }
    append("\(identifier(signal))\n")
  }

  private func append(_ part: String) { text.append(contentsOf: part.utf8) }

  private func flush() throws(RecordError) {
    guard !text.isEmpty else { return }
    do {
      try file.write(contentsOf: Data(text))
    } catch {
      throw .writeFailed(path: path, reason: error.localizedDescription)
    }
    text.removeAll(keepingCapacity: true)
  }
}

extension SimulatedBoard {
  /// How full the record's buffer is, in thousandths; drain it well before it is full.
  public var recordFill: Int { ring.fill }

  mutating func drainRecord() -> (changes: [SignalChange], lost: Int) { ring.drain() }
}
