// Decides: what the doctor says of machines that are laid out as files and answers.
// Leaves to others: the words in columns (the tests of nmes) and the measured part (LatenessTests).

import Foundation
import StimulationCore
import Testing

@testable import LinuxBoard

@Suite("Doctor") struct DoctorTests {
  /// What an item says: its verdict, and words of what was found and of what to do.
  private func expect(
    _ tree: MachineTree, _ name: String, _ verdict: MachineVerdict, _ found: String,
    _ remedy: String = "", _ location: SourceLocation = #_sourceLocation
  ) throws {
    let item = try tree.item(name)
    #expect(item.verdict == verdict, "\(item)", sourceLocation: location)
    #expect(item.found.contains(found), "\(item.found)", sourceLocation: location)
    let isTold = remedy.isEmpty || item.remedy.contains(remedy)
    #expect(isTold, "\(item.remedy)", sourceLocation: location)
    #expect(!item.reason.isEmpty && !item.title.isEmpty, sourceLocation: location)
    // What holds needs nothing done; everything else says what to do.
    #expect(item.remedy.isEmpty == (verdict == .holds), "\(item)", sourceLocation: location)
  }

  @Test("On a Raspberry Pi 4 set up as Hardware/Host says everything holds, the board too")
  func everythingHolds() throws {
    let tree = try MachineTree()
    let items = Doctor(tree.machine, priority: 80).examine(MachineTree.board)
    for item in items { #expect(item.verdict == .holds, "\(item)") }
    #expect(items.count == 19)
    #expect(Set(items.map(\.name)).count == items.count)
    try expect(tree, "preemption", .holds, "PREEMPT_RT, Linux 6.12.22-rt-v8")
    try expect(tree, "isolation", .holds, "processor 3 of 4")
    try expect(tree, "governor", .holds, "performance on 0-3")
    try expect(tree, "gpioChips", .holds, "pinctrl-bcm2711 (20 lines), gpiochip1: Permission")
    try expect(tree, "pwmChips", .holds, "soc/bench-pwm (4 channels)")
    try expect(tree, "converters", .holds, "bench-adc")
    try expect(tree, "board.lines", .holds, "19 lines on pinctrl-bcm2711, all free")
    try expect(tree, "board.pwm", .holds, "4 outputs can be exported")
    try expect(tree, "board.converters", .holds, "11 inputs read")
    #expect(Doctor(tree.machine, priority: 80).isolatedProcessor == 3)
  }

  @Test("A kernel without PREEMPT_RT does not hold, whatever its model is called")
  func withoutRealTimeKernel() throws {
    let tree = try MachineTree()
    try tree.remove("/sys/kernel/realtime")
    try expect(tree, "preemption", .holds, "PREEMPT_RT")
    let remedy = "Hardware/Host/Tuning/README.md"
    try tree.write("/proc/version", "Linux version 6.6 (x) #1 SMP PREEMPT_DYNAMIC")
    try expect(tree, "preemption", .fails, "PREEMPT_DYNAMIC (mode not readable", remedy)
    try tree.write("/sys/kernel/debug/sched/preempt", "none voluntary (full) lazy")
    try expect(tree, "preemption", .fails, "PREEMPT_DYNAMIC (mode full), not PREEMPT_RT", remedy)
    try tree.write("/proc/version", "Linux version 6.1 (x) #1 SMP PREEMPT Debian")
    try expect(tree, "preemption", .fails, "PREEMPT, not PREEMPT_RT", remedy)
    try tree.write("/proc/version", "Linux version 6.1 (x) #1 SMP Debian")
    try expect(tree, "preemption", .fails, "no preemption", remedy)
    try tree.write("/sys/kernel/realtime", "0")
    try expect(tree, "preemption", .fails, "no preemption", remedy)
    try tree.remove("/proc/version")
    try expect(tree, "preemption", .unknown, "cannot be read", "mount /proc")
  }

  @Test("Missing rights are named one by one, with the limit and the file that grants them")
  func withoutRights() throws {
    let tree = try MachineTree()
    tree.calls = MachineTree.withoutRights
    try expect(
      tree, "fifo", .fails,
      "priority 80 refused: Operation not permitted (error 1); the limit of "
        + "this user (ulimit -r) is 0", "nmes-realtime.conf")
    try expect(tree, "lockedMemory", .fails, "(ulimit -l) is 8192 KiB", "nmes-realtime.conf")
    try expect(tree, "idle", .fails, "/dev/cpu_dma_latency: Permission denied", "99-nmes.rules")
    try expect(tree, "groups", .fails, "not a member of gpio, nmes", "sudo -u nmes")
    try expect(tree, "gpioChips", .fails, "gpiochip0: Permission denied", "99-nmes.rules")
    try expect(tree, "pwmChips", .fails, "none may be written", "99-nmes.rules")
    try expect(tree, "board.lines", .fails, "gpiochip0: Permission denied", "as the daemon")
    try expect(tree, "board.pwm", .fails, "cannot be taken: Permission denied", "sudo -u nmes")
    // What needs no right is told all the same.
    try expect(tree, "converters", .holds, "bench-adc")
    try expect(tree, "affinity", .holds, "a thread is kept on processor 3; allowed on 0-2")
  }

  @Test("Root says nothing of the daemon's rights; groups that do not exist fail")
  func groups() throws {
    let tree = try MachineTree()
    tree.calls.identity = { .success((user: 0, groups: [0])) }
    try expect(tree, "groups", .unknown, "root", "sudo -u nmes nmes board doctor")
    tree.calls.identity = { .success((user: 5, groups: [5, 997])) }
    try expect(tree, "groups", .fails, "not a member of nmes", "sudo -u nmes")
    tree.calls.identity = { .failure(MachineTree.denied) }
    try expect(tree, "groups", .unknown, "Permission denied", "ask id")
    try tree.write("/etc/group", "root:x:0:\nnmes:x:996:\ngpio:x:none:\n")
    try expect(tree, "groups", .fails, "there is no group gpio", "nmes.sysusers")
    try tree.remove("/etc/group")
    try expect(tree, "groups", .unknown, "/etc/group", "ask id")
  }

  @Test("The real-time share holds from half of the period on, or unlimited")
  func realTimeShare() throws {
    let tree = try MachineTree()
    let file = "/proc/sys/kernel/sched_rt_runtime_us"
    for (text, verdict) in [
      ("-1", MachineVerdict.holds), ("500000", .holds), ("499999", .fails), ("0", .fails),
      ("many", .unknown),
    ] {
      try tree.write(file, text)
      #expect(try tree.item("realTimeShare").verdict == verdict, "\(text)")
    }
    try tree.write(file, "950000")
    try tree.remove("/proc/sys/kernel/sched_rt_period_us")
    try expect(tree, "realTimeShare", .unknown, "sched_rt_period_us", "mount /proc")
  }

  @Test("A processor that is refused, shared or the only one is told so")
  func processors() throws {
    let tree = try MachineTree()
    let isolated = "\(MachineTree.processors)/isolated"
    try tree.write(isolated, "")
    try expect(tree, "isolation", .fails, "none of 4", "cmdline.txt")
    #expect(Doctor(tree.machine, priority: 80).isolatedProcessor == nil)
    try tree.write("\(MachineTree.processors)/online", "0")
    try expect(tree, "isolation", .fails, "one processor", "two or more")
    try tree.write(isolated, "3-1")
    try expect(tree, "isolation", .unknown, "isolated", "mount /sys")
    tree.calls.tryThread = { _, processor in
      .success(
        ThreadTrial(
          fifo: nil,
          processor: processor == nil ? nil : SystemFailure(number: SystemFailure.invalid)))
    }
    try expect(tree, "affinity", .fails, "processor 3 refused: Invalid argument", "cpuset")
    tree.calls.processors = { .success([]) }
    try expect(tree, "affinity", .unknown, "no processor is allowed", "cpuset")
    tree.calls.tryThread = { _, _ in .failure(SystemFailure(number: 11)) }
    try expect(tree, "fifo", .unknown, "no thread", "end other programs")
  }

  @Test("An isolated processor that is off, or that this process may not have, is named")
  func isolatedInVain() throws {
    let tree = try MachineTree()
    let folder = MachineTree.processors
    try tree.write("\(folder)/isolated", "2-3")
    try expect(tree, "isolation", .holds, "processor 2-3 of 4")
    try tree.write("\(folder)/online", "0-1,3")
    try expect(tree, "isolation", .fails, "2-3 of 3, but 2 is not online", "cpu2/online")
    try tree.write("\(folder)/online", "0-1")
    try expect(tree, "isolation", .fails, "2-3 of 2, but 2-3 is not online", "cpu2/online")
    try tree.remove("\(folder)/online")
    try expect(tree, "isolation", .unknown, "\(folder)/online cannot be read", "mount /sys")
    try tree.write("\(folder)/online", "0-3")
    tree.calls.tryThread = { _, processor in
      .success(
        ThreadTrial(
          fifo: nil,
          processor: processor == 3 ? SystemFailure(number: SystemFailure.invalid) : nil))
    }
    try expect(tree, "isolation", .fails, "2-3 of 4, but 3 is not allowed to this", "cpuset")
    // The kernel leaves isolated processors out of the mask; a thread is kept on one all the same.
    tree.calls = MachineTree.granted
    tree.calls.processors = { .success([0, 1]) }
    try expect(tree, "isolation", .holds, "processor 2-3 of 4")
    // A copy cannot be asked, and neither can a machine without a thread to spare.
    tree.calls.tryThread = { _, _ in .failure(SystemFailure(number: 11)) }
    try expect(tree, "isolation", .holds, "processor 2-3 of 4")
  }

  @Test("A link to a chip is a second name of it and counts as none")
  func linkedChips() throws {
    let tree = try MachineTree()
    try tree.write("/dev/gpiochip0", "no chip")
    try FileManager.default.createSymbolicLink(
      atPath: tree.path("/dev/gpiochip1"), withDestinationPath: tree.path("/dev/gpiochip0"))
    let chips = MachineCalls.system.chips(tree.path("/dev"))
    #expect(chips.map(\.number) == [0])
    // It was looked at: what is no chip is refused, and not taken for absent.
    guard case .failure? = chips.first?.content else {
      Issue.record("\(chips)")
      return
    }
  }

  @Test("A list of processors is read and written as the kernel does, and nothing else is")
  func processorLists() {
    #expect(Machine.processors("") == [])
    #expect(Machine.processors("0-2,5") == [0, 1, 2, 5])
    for text in ["a", "1-", "-1", "3-1", "1,,2", "0-1024", "1-2-3", "99999999999999999999"] {
      #expect(Machine.processors(text) == nil, "\(text)")
    }
    #expect(Machine.list([0, 1, 2, 5, 7, 8]) == "0-2,5,7-8")
    #expect(Machine.list([]) == "")
  }

  @Test("Governors are listed by processor; without any it cannot be known")
  func governors() throws {
    let tree = try MachineTree()
    try tree.write("\(MachineTree.processors)/cpu2/cpufreq/scaling_governor", "ondemand")
    try expect(
      tree, "governor", .fails, "ondemand on 2, performance on 0-1,3", "nmes-governor.service")
    for processor in 0..<4 { try tree.remove("\(MachineTree.processors)/cpu\(processor)/cpufreq") }
    try expect(tree, "governor", .unknown, "firmware or a host", "full clock")
  }

  @Test("Throttling is told from the firmware, from the processor's counts or from cooling")
  func throttling() throws {
    let tree = try MachineTree()
    let firmware = "\(MachineTree.firmware)/get_throttled"
    try tree.write(firmware, "50005")
    try expect(
      tree, "throttling", .fails,
      "0x50005: under-voltage now, throttled now, under-voltage since start, was throttled",
      "heat sink")
    try tree.write(firmware, "0x100")
    try expect(tree, "throttling", .fails, "0x100: bits not known here", "reboot")
    try tree.remove(MachineTree.firmware)
    try expect(tree, "throttling", .unknown, "no sensor", "--seconds 600")
    let cooling = "/sys/class/thermal/cooling_device0"
    try tree.write("\(cooling)/type", "cpufreq-cpu0")
    try tree.write("\(cooling)/cur_state", "0")
    // A cooling device shows this moment, and the machine was not asked in the heat of one.
    try expect(
      tree, "throttling", .unknown,
      "no cooling device slows a processor now; what was before is not kept here", "--seconds 600")
    try tree.write("\(cooling)/cur_state", "2")
    try expect(tree, "throttling", .fails, "cooling_device0 (cpufreq-cpu0) at state 2", "heat")
    let counts = "\(MachineTree.processors)/cpu1/thermal_throttle"
    try tree.write("\(counts)/core_throttle_count", "0")
    try expect(tree, "throttling", .holds, "no event since start")
    try tree.write("\(counts)/package_throttle_count", "7")
    try expect(tree, "throttling", .fails, "7 events since start", "reboot")
  }

  @Test("A slow clock source fails, an unknown one cannot be known; an unset wall clock fails")
  func clocks() throws {
    let tree = try MachineTree()
    let file = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    try tree.write(file, "hpet")
    try expect(tree, "clockSource", .fails, "hpet", "kernel's log")
    try tree.write(file, "hyperv_clocksource")
    try expect(tree, "clockSource", .unknown, "hyperv_clocksource", "lateness")
    try tree.remove(file)
    try expect(tree, "clockSource", .unknown, "cannot be read", "mount /sys")
    tree.calls.clockIsSynchronised = { .success(false) }
    try expect(tree, "wallClock", .fails, "not synchronised", "timesyncd")
    tree.calls.clockIsSynchronised = { .failure(MachineTree.denied) }
    try expect(tree, "wallClock", .unknown, "adjtimex", "timedatectl")
    tree.calls.tryLatency = { _ in SystemFailure(number: SystemFailure.noEntry) }
    try expect(tree, "idle", .fails, "No such file", "CONFIG_CPU_IDLE")
  }

  @Test("A machine without chips and converters is told what to load")
  func withoutDevices() throws {
    let tree = try MachineTree()
    tree.calls.chips = { _ in [] }
    try tree.remove("/sys/class/pwm")
    try tree.remove("/sys/bus/iio")
    try expect(tree, "gpioChips", .fails, "none in /dev", "CONFIG_GPIO_CDEV")
    try expect(tree, "pwmChips", .fails, "none in /sys/class/pwm", "overlay")
    try expect(tree, "converters", .fails, "none in /sys/bus/iio/devices", "overlay")
    try expect(tree, "board.lines", .fails, "labelled pinctrl-bcm2711", "overlay")
    try expect(tree, "board.pwm", .fails, "no PWM chip", "overlay")
    try expect(tree, "board.converters", .fails, "no converter is named bench-adc", "overlay")
  }

  @Test("A copy of a machine's files tells what files tell, and that the rest cannot be known")
  func copies() throws {
    let tree = try MachineTree()
    let copy = Machine(root: tree.folder.path, calls: nil)
    for name in [
      "fifo", "lockedMemory", "affinity", "idle", "wallClock", "groups", "gpioChips", "pwmChips",
      "board.lines", "board.pwm",
    ] {
      let item = try tree.item(name, of: copy)
      #expect(item.verdict == .unknown && item.remedy.contains("on the machine itself"), "\(item)")
    }
    for name in ["preemption", "governor", "isolation", "throttling", "converters"] {
      #expect(try tree.item(name, of: copy).verdict == .holds, "\(name)")
    }
  }

  @Test("This machine is asked without harm, and every item has an answer")
  func thisMachine() {
    let items = Doctor(.this, priority: 80).examine()
    #expect(items.count == 15)
    for item in items { #expect(!item.found.isEmpty && !item.reason.isEmpty, "\(item)") }
  }
}

@Suite("Doctor, board") struct DoctorBoardTests {
  @Test("A missing line and a held one are named with the holder; ours is told as running")
  func lines() throws {
    let tree = try MachineTree()
    let all = MachineTree.lines()
    tree.calls.chips = { _ in
      [MachineTree.seen(MachineTree.chip, all.filter { $0.name != "coil" && $0.name != "hv" })]
    }
    var item = try tree.item("board.lines")
    #expect(item.verdict == .fails && item.found.contains("has no line named coil"), "\(item)")
    tree.calls.chips = { _ in
      [
        MachineTree.seen(
          MachineTree.chip,
          all.map {
            $0.name == "hv" || $0.name == "coil"
              ? LineSeen(name: $0.name, consumer: $0.name == "hv" ? "sysfs" : "") : $0
          })
      ]
    }
    item = try tree.item("board.lines")
    #expect(item.found.contains("coil by somebody without a name"), "\(item)")
    tree.calls.chips = { _ in
      [MachineTree.seen(MachineTree.chip, MachineTree.lines(heldBy: "nmes-host"))]
    }
    item = try tree.item("board.lines")
    #expect(item.verdict == .holds && item.found.contains("held by nmes-host"), "\(item)")
    #expect(Doctor(tree.machine, priority: 80).boardIsDriven)
    tree.calls.chips = { _ in
      [MachineTree.seen(MachineTree.chip, MachineTree.lines(heldBy: "another"))]
    }
    #expect(!Doctor(tree.machine, priority: 80).boardIsDriven)
    #expect(!Doctor(Machine(root: "", calls: nil), priority: 80).boardIsDriven)
    tree.calls.chips = { _ in
      [MachineTree.seen(MachineTree.chip, all), MachineTree.seen(MachineTree.chip, all, number: 1)]
    }
    item = try tree.item("board.lines")
    #expect(item.verdict == .fails && item.found.contains("two GPIO chips"), "\(item)")
    tree.calls.chips = { _ in
      [
        MachineTree.seen(
          MachineTree.chip, all + [LineSeen(name: "coil", consumer: nil), all[0], all[0]])
      ]
    }
    item = try tree.item("board.lines")
    #expect(item.verdict == .fails, "\(item)")
    #expect(item.found == "chip pinctrl-bcm2711: two lines are named coil", "\(item)")
    #expect(item.remedy.contains("overlay"), "\(item)")
  }

  @Test("A PWM chip with too few channels fails; an output that runs now is told and holds")
  func pwm() throws {
    let tree = try MachineTree()
    let chip = "/sys/class/pwm/pwmchip0"
    try tree.write("\(chip)/pwm2/enable", "1")
    try tree.write("\(chip)/pwm2/duty_cycle", "25000")
    var item = try tree.item("board.pwm")
    #expect(item.verdict == .holds)
    #expect(item.found.contains("1 output can be written; 3 outputs can be exported"), "\(item)")
    #expect(item.found.contains("running now: PWM channel 2 of bench-pwm"), "\(item)")
    // An exported output is written through its own files, each with rights of its own.
    for file in ["period", "duty_cycle", "enable", "polarity"] {
      tree.calls.permits = { path, _ in path.hasSuffix("pwm2/\(file)") ? MachineTree.denied : nil }
      item = try tree.item("board.pwm")
      #expect(item.verdict == .fails && item.found.contains("PWM channel 2"), "\(item)")
      #expect(item.found.contains("cannot be read or written: Permission denied"), "\(item)")
    }
    // What is exported needs no right to export.
    for output in [0, 1, 3] { try tree.write("\(chip)/pwm\(output)/enable", "0") }
    tree.calls.permits = { path, _ in path.hasSuffix("/export") ? MachineTree.denied : nil }
    item = try tree.item("board.pwm")
    #expect(item.verdict == .holds && item.found.hasPrefix("4 outputs can be written"), "\(item)")
    for output in [0, 1, 3] { try tree.remove("\(chip)/pwm\(output)") }
    item = try tree.item("board.pwm")
    #expect(item.verdict == .fails && item.found.contains("PWM channel 0"), "\(item)")
    tree.calls.permits = { _, _ in nil }
    try tree.write("\(chip)/npwm", "1")
    item = try tree.item("board.pwm")
    #expect(item.verdict == .fails && item.found.contains("PWM channel 1"), "\(item)")
  }

  @Test("A converter input that is absent or does not read fails, named")
  func converters() throws {
    let tree = try MachineTree()
    let device = "/sys/bus/iio/devices/iio:device0"
    try tree.write("\(device)/in_voltage7_raw", "busy")
    var item = try tree.item("board.converters")
    #expect(item.verdict == .fails, "\(item)")
    #expect(item.found.contains("in_voltage7_raw of channel 7 of converter bench-adc"), "\(item)")
    try tree.remove("\(device)/in_voltage7_raw")
    item = try tree.item("board.converters")
    #expect(item.found.contains("there is no channel 7"), "\(item)")
  }

  @Test("The converters of a board that is driven are not read, and cannot be known")
  func drivenConverters() throws {
    let tree = try MachineTree()
    // A channel that does not read would be told, were it read.
    try tree.write("/sys/bus/iio/devices/iio:device0/in_voltage7_raw", "busy")
    tree.calls.chips = { _ in
      [MachineTree.seen(MachineTree.chip, MachineTree.lines(heldBy: "nmes-host"))]
    }
    let item = try tree.item("board.converters")
    #expect(item.verdict == .unknown, "\(item)")
    #expect(item.found == "the board is driven now; its converters are not disturbed", "\(item)")
    #expect(item.remedy == "ask when no session runs", "\(item)")
    // Names are no reading.
    #expect(try tree.item("converters").verdict == .holds)
  }
}
