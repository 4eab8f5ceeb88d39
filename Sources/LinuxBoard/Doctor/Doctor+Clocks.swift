// Decides: whether this machine's clocks can be read quickly and trusted.
// Leaves to others: what the wall clock decides in a session (SR-47).

extension Doctor {
  /// Whether reading the time is cheap and even.
  var clockSource: MachineItem {
    let question = MachineQuestion(
      name: "clockSource", title: "clock source",
      reason: "the loop reads the time many times a turn, and every phase by it")
    let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    guard let source = machine.text(path) else {
      return question.unknown("\(path) cannot be read", "mount /sys, then ask again")
    }
    switch source {
    case "arch_sys_counter", "tsc", "kvm-clock", "riscv_clocksource":
      return question.holds(source)
    case "hpet", "acpi_pm", "pit", "jiffies", "refined-jiffies":
      return question.fails(
        "\(source), which is slow or coarse",
        "look in the kernel's log for why it left the processor's counter; a broken one is "
          + "replaced with the computer")
    default:
      return question.unknown(
        "\(source), which is not known here", "compare the lateness measured below")
    }
  }

  /// Whether the wall clock follows a time source.
  var wallClock: MachineItem {
    let question = MachineQuestion(
      name: "wallClock", title: "wall clock",
      reason: "rest between sessions is not decided by a clock that nobody sets: the operator is "
        + "asked each time (SR-47)")
    guard let calls = machine.calls else { return needsCalls(question) }
    switch calls.clockIsSynchronised() {
    case .failure(let error):
      return question.unknown("adjtimex: \(error)", "ask timedatectl")
    case .success(true): return question.holds("synchronised")
    case .success(false):
      return question.fails(
        "not synchronised",
        "run systemd-timesyncd or chrony with a time source, or fit a real-time clock")
    }
  }
}
