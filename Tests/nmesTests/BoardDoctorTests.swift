// Decides: how `nmes board doctor` ends and what it prints, on this machine and on a copy.
// Leaves to others: every item's verdict (DoctorTests), and this machine's own figures.

import Foundation
import Testing

@Suite("Board doctor") struct BoardDoctorTests {
  /// A copy of a machine whose files all hold.
  private func copy() throws -> Scratch {
    let scratch = try Scratch()
    let cpu = "sys/devices/system/cpu"
    let files = [
      ("proc/version", "Linux version 6.12 (x) #1 SMP PREEMPT_RT"),
      ("proc/sys/kernel/sched_rt_runtime_us", "950000"),
      ("proc/sys/kernel/sched_rt_period_us", "1000000"),
      ("\(cpu)/online", "0-3"), ("\(cpu)/isolated", "3"),
      ("\(cpu)/cpu0/cpufreq/scaling_governor", "performance"),
      ("sys/devices/system/clocksource/clocksource0/current_clocksource", "arch_sys_counter"),
      ("etc/group", "gpio:x:997:\nnmes:x:996:"),
      ("sys/class/pwm/pwmchip0/npwm", "2"),
      ("sys/bus/iio/devices/iio:device0/name", "nmes-adc"),
    ]
    for (name, text) in files {
      let url = scratch.folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("\(text)\n".utf8).write(to: url)
    }
    return scratch
  }

  private func model(_ result: NmesResult) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(value as? [String: Any])
  }

  @Test("A copy on which nothing fails ends with 0; one file less, and it ends with 1")
  func copies() throws {
    let scratch = try copy()
    let good = try nmes("board", "doctor", "--root", scratch.folder.path)
    #expect(good.status == 0, "\(good.told)")
    #expect(good.output.contains("none fails") && good.output.contains("cannot be known here"))
    #expect(!good.output.contains("\u{1B}") && good.errors.isEmpty)
    // A copy has no wake-ups to measure.
    #expect(!good.output.contains("lateness"))
    try scratch.write("Linux version 6.1 SMP PREEMPT_DYNAMIC\n", to: "proc/version")
    let bad = try nmes("board", "doctor", "--root", scratch.folder.path + "/")
    #expect(bad.status == 1, "\(bad.told)")
    #expect(bad.output.contains("does not hold         kernel preemption"))
    #expect(bad.output.contains("do:  install a kernel with PREEMPT_RT"))
    #expect(bad.output.contains("1 does not hold") && bad.complaints.isEmpty)
  }

  @Test("--json is one object with every item and the measured figures, --explain gives reasons")
  func json() throws {
    let scratch = try copy()
    let found = try model(
      try nmes(
        "board", "doctor", "--root", scratch.folder.path, "--board", "kernel-bench", "--json"))
    #expect(found["board"] as? String == "kernel-bench")
    let items = try #require(found["items"] as? [[String: Any]])
    #expect(items.count == 19)
    for item in items {
      #expect(
        Set(item.keys) == ["name", "title", "verdict", "found", "reason", "remedy"], "\(item)")
    }
    #expect(items.contains { $0["name"] as? String == "board.converters" })
    let explained = try nmes("board", "doctor", "--root", scratch.folder.path, "--explain")
    #expect(explained.output.contains("why: the loop reads the time many times a turn"))
  }

  @Test("This machine is examined and measured, and the status follows the verdict")
  func thisMachine() throws {
    let result = try nmes("board", "doctor", "--seconds", "1", "--json")
    let found = try model(result)
    let holds = try #require(found["holds"] as? Bool)
    #expect(result.status == (holds ? 0 : 1), "\(result.told)")
    let lateness = try #require(found["lateness"] as? [String: Any])
    let wakeups = try #require(lateness["wakeups"] as? Int)
    let missed = try #require(lateness["missed"] as? Int)
    #expect(wakeups > 0 && wakeups <= 1_000 && wakeups + missed >= 1_000)
    let without = try nmes("board", "doctor", "--seconds", "0", "--json")
    #expect(try model(without)["lateness"] == nil)
    // No terminal: neither progress nor colour.
    #expect(result.errors.isEmpty && !result.output.contains("\u{1B}"))
  }

  @Test("Bad input ends with 2 in one line: length, folder, board")
  func badInput() throws {
    for (words, said) in [
      (["--seconds", "3601"], "from 1 to 3600"), (["--seconds=-1"], "from 1 to 3600"),
      (["--seconds", "long"], "--seconds"), (["--root", "/nowhere"], "there is no such folder"),
      (["--root", "/proc/version"], "there is no such folder"),
      (["--board", "kernel-bensh"], "did you mean \"kernel-bench\""),
      (["--board", "simulated"], "needs nothing of this machine"),
      (["--board", "Hardware/Rejected/no-unit.yaml"], "error[B"),
    ] {
      let result = try nmes(["board", "doctor"] + words)
      #expect(result.status == 2 && result.output.isEmpty, "\(words): \(result.told)")
      #expect(result.errors.contains(said), "\(words): \(result.told)")
    }
    let help = try nmes("board", "doctor", "--help")
    #expect(help.status == 0 && help.output.contains("sudo -u nmes nmes board doctor"))
  }
}
