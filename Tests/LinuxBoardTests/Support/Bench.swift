// Decides: how a test drives a real board's code over lines in memory and files.
// Leaves to others: what is expected.

import BoardFaults
import BoardSupport
import Foundation
@testable import LinuxBoard
@testable import StimulationCore

/// One write as it was made: the output lines, or a file of the tree by its last two names.
struct NotedWrite: Equatable, CustomStringConvertible {
  let target: String
  let value: Int64

  init(_ target: String, _ value: Int64) {
    self.target = target
    self.value = value
  }

  var description: String { "\(target)=\(value)" }

  /// The writes since they were forgotten last.
  static func all() -> [NotedWrite] {
    (0..<nmes_test_writes()).map { index in
      let target = nmes_test_write_target(index)
      let value = nmes_test_write_value(index)
      guard target >= 0 else { return NotedWrite("lines", value) }
      let link = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/\(target)")
      let names = (link ?? "?").split(separator: "/").suffix(2)
      return NotedWrite(names.joined(separator: "/"), value)
    }
  }
}

/// An open board over memory and files, with a hand that applies frames to it.
struct Bench: ~Copyable {
  let tree: DeviceTree
  var board: LinuxBoard
  var frame: OutputFrame
  var readings = Readings()
  private var tick: UInt64 = 0

  /// The output bits of the sample board.
  enum Line {
    static let positive0: UInt64 = 1
    static let negative0: UInt64 = 2
    static let positive1: UInt64 = 4
    static let coil: UInt64 = 16
    static let heartbeat: UInt64 = 32
    static let range: UInt64 = 128
    static let gateNegative0: UInt64 = 256
  }

  /// The inputs with everything good, contact open, heartbeat unseen.
  static let good: UInt64 = 0b111

  init(
    _ tree: DeviceTree? = nil, definition: BoardDefinition = SampleDefinition.make()
  ) throws {
    nmes_test_begin()
    nmes_test_inputs(Bench.good)
    let devices = try tree ?? Bench.plainTree()
    board = try LinuxBoard(definition, roots: devices.roots)
    self.tree = devices
    frame = .inactive(heartbeat: false, rangeMaximum: .milliamperes(25))
    nmes_test_forget_writes()
  }

  deinit { nmes_test_end() }

  static func plainTree() throws -> DeviceTree {
    let tree = try DeviceTree()
    try tree.addPWMChip(0, device: SampleDefinition.pwmDevice, channels: 4)
    try tree.addConverter(0, name: SampleDefinition.converter, channels: 11)
    return tree
  }

  /// Applies the frame as it stands, reads, and answers the writes that it took.
  @discardableResult
  mutating func apply() -> [NotedWrite] {
    nmes_test_forget_writes()
    tick += 1
    board.apply(ClearedOutputs(clearing: frame, tick: tick))
    let writes = NotedWrite.all()
    board.read(into: &readings)
    return writes
  }

  /// The coil on and a phase of channel 0 on, at 10 mA.
  mutating func energise() {
    frame.relayCoil = true
    frame.channels[0].amplitude = .milliamperes(10)
    frame.channels[0].phase = .positive
    apply()
  }
}
