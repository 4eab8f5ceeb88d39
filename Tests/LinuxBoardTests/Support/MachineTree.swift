// Decides: what a laid-out machine shows in its files and answers to calls.
// Leaves to others: what is expected of it (DoctorTests).

import Foundation
import StimulationCore

@testable import LinuxBoard

/// A Raspberry Pi 4 with everything as Hardware/Host and Hardware/Host/Tuning make it. A test
/// takes away what it is about.
final class MachineTree {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("nmes-machine-\(UUID().uuidString)")
  var calls: MachineCalls

  static let groups = "root:x:0:\ngpio:x:997:nmes\nnmes:x:996:\n"
  static let processors = "/sys/devices/system/cpu"
  static let firmware = "/sys/bus/platform/drivers/raspberrypi-firmware/soc:firmware"
  static let denied = SystemFailure(number: SystemFailure.denied)
  static let chip = "pinctrl-bcm2711"
  /// The board whose devices the machine has.
  static let board = SampleDefinition.make(chip: chip)

  init() throws {
    calls = MachineTree.granted
    try write("/proc/version", "Linux version 6.12.22-rt-v8 (x) #1 SMP PREEMPT_RT Debian")
    try write("/proc/sys/kernel/osrelease", "6.12.22-rt-v8")
    try write("/proc/sys/kernel/sched_rt_runtime_us", "950000")
    try write("/proc/sys/kernel/sched_rt_period_us", "1000000")
    try write("/sys/kernel/realtime", "1")
    try write("\(MachineTree.processors)/online", "0-3")
    try write("\(MachineTree.processors)/isolated", "3")
    for processor in 0..<4 {
      try write(
        "\(MachineTree.processors)/cpu\(processor)/cpufreq/scaling_governor", "performance")
    }
    try write("\(MachineTree.firmware)/get_throttled", "0")
    try write(
      "/sys/devices/system/clocksource/clocksource0/current_clocksource", "arch_sys_counter")
    try write("/etc/group", MachineTree.groups)
    try addDevices()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func addDevices() throws {
    let chip = "/sys/devices/platform/soc/\(SampleDefinition.pwmDevice)/pwm/pwmchip0"
    try write("\(chip)/npwm", "4")
    try write("\(chip)/export", "")
    try FileManager.default.createDirectory(
      atPath: path("/sys/class/pwm"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: path("/sys/class/pwm/pwmchip0"), withDestinationPath: path(chip))
    let converter = "/sys/bus/iio/devices/iio:device0"
    try write("\(converter)/name", SampleDefinition.converter)
    for input in 0..<11 { try write("\(converter)/in_voltage\(input)_raw", "2048") }
  }

  func path(_ name: String) -> String { folder.path + name }

  func write(_ name: String, _ text: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("\(text)\n".utf8).write(to: url)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  var machine: Machine { Machine(root: folder.path, calls: calls) }

  /// The item of a name, of the machine alone or with the sample board.
  func item(_ name: String, of machine: Machine? = nil) throws -> MachineItem {
    let doctor = Doctor(machine ?? self.machine, priority: 80)
    let items = doctor.examine(name.hasPrefix("board.") ? MachineTree.board : nil)
    let found = items.filter { $0.name == name }
    guard found.count == 1 else { throw Missing(name: name, count: found.count) }
    return found[0]
  }

  struct Missing: Error {
    let name: String
    let count: Int
  }

  /// The lines of a chip that has every line of the sample board.
  static func lines(heldBy consumer: String? = nil) -> [LineSeen] {
    let names = board.outputLines.map(\.line.name) + board.inputLines.map(\.line.name)
    return [LineSeen(name: "", consumer: nil)]
      + names.map { LineSeen(name: $0, consumer: consumer) }
  }

  static func seen(_ label: String, _ lines: [LineSeen], number: Int = 0) -> ChipSeen {
    ChipSeen(number: number, content: .success(.init(label: label, lines: lines)))
  }

  /// Everything permitted, to a member of both groups.
  static var granted: MachineCalls {
    MachineCalls(
      tryThread: { _, _ in .success(ThreadTrial(fifo: nil, processor: nil)) },
      tryLock: { nil }, limit: { _ in .success(nil) }, processors: { .success([0, 1, 2, 3]) },
      tryLatency: { _ in nil }, clockIsSynchronised: { .success(true) },
      identity: { .success((user: 1_000, groups: [1_000, 997, 996])) },
      permits: { _, _ in nil },
      chips: { _ in
        [
          MachineTree.seen(MachineTree.chip, MachineTree.lines()),
          ChipSeen(number: 1, content: .failure(MachineTree.denied)),
        ]
      })
  }

  /// Nothing permitted, to a member of no group.
  static var withoutRights: MachineCalls {
    MachineCalls(
      tryThread: { _, _ in
        .success(
          ThreadTrial(fifo: SystemFailure(number: SystemFailure.notPermitted), processor: nil))
      },
      tryLock: { SystemFailure(number: 12) },
      limit: { which in
        switch which {
        case .memory: return .success(8_388_608)
        case .priority: return .success(0)
        }
      },
      processors: { .success([0, 1, 2]) }, tryLatency: { _ in MachineTree.denied },
      clockIsSynchronised: { .success(true) },
      identity: { .success((user: 1_000, groups: [1_000])) },
      permits: { _, isWritten in isWritten ? MachineTree.denied : nil },
      chips: { _ in [ChipSeen(number: 0, content: .failure(MachineTree.denied))] })
  }
}
