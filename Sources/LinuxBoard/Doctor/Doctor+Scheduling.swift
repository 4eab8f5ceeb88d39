// Decides: what the kernel's scheduling gives to the loop's thread: preemption, SCHED_FIFO, its
// share of time, locked memory.
// Leaves to others: processors (Doctor+Processors) and how late wake-ups come (LatenessMeter).

extension Doctor {
  /// Whether the kernel is preempted by a real-time thread nearly everywhere.
  var preemption: MachineItem {
    let question = MachineQuestion(
      name: "preemption", title: "kernel preemption",
      reason: "any other kernel can hold a due wake-up back for milliseconds, and a late one "
        + "trips (SR-25)")
    let version = machine.text("/proc/version") ?? ""
    let release = machine.text("/proc/sys/kernel/osrelease").map { ", Linux \($0)" } ?? ""
    if machine.text("/sys/kernel/realtime") == "1" || version.contains("PREEMPT_RT") {
      return question.holds("PREEMPT_RT\(release)")
    }
    let remedy =
      "install a kernel with PREEMPT_RT (Hardware/Host/Tuning/README.md, Kernel) and reboot"
    guard !version.isEmpty else {
      return question.unknown("/proc/version cannot be read", "mount /proc, then ask again")
    }
    if version.contains("PREEMPT_DYNAMIC") {
      let mode = dynamicMode.map { "mode \($0)" } ?? "mode not readable in debugfs"
      return question.fails("PREEMPT_DYNAMIC (\(mode)), not PREEMPT_RT\(release)", remedy)
    }
    let model = version.contains("PREEMPT") ? "PREEMPT" : "no preemption"
    return question.fails("\(model), not PREEMPT_RT\(release)", remedy)
  }

  /// The word in brackets in `none voluntary (full)`.
  private var dynamicMode: String? {
    guard let modes = machine.text("/sys/kernel/debug/sched/preempt") else { return nil }
    return modes.split(separator: " ").first { $0.hasPrefix("(") && $0.hasSuffix(")") }
      .map { String($0.dropFirst().dropLast()) }
  }

  /// Whether a thread may have the loop's priority.
  var fifo: MachineItem {
    let question = MachineQuestion(
      name: "fifo", title: "SCHED_FIFO",
      reason: "without it every other program may run before the loop")
    guard let calls = machine.calls else { return needsCalls(question) }
    let limit: String
    switch calls.limit(.priority) {
    case .success(let most): limit = most.map { "\($0)" } ?? "none"
    case .failure: limit = "not readable"
    }
    switch calls.tryThread(priority, nil) {
    case .failure(let error):
      return question.unknown("no thread to try it on: \(error)", "end other programs")
    case .success(let trial):
      guard let refusal = trial.fifo else {
        return question.holds("granted at priority \(priority)")
      }
      return question.fails(
        "priority \(priority) refused: \(refusal); the limit of this user (ulimit -r) is \(limit)",
        "install Hardware/Host/Tuning/nmes-realtime.conf and log in again; the daemon has "
          + "LimitRTPRIO in its unit; in a container or control group, give it real-time time")
    }
  }

  /// Whether real-time threads may use the processor for long enough.
  var realTimeShare: MachineItem {
    let question = MachineQuestion(
      name: "realTimeShare", title: "real-time share",
      reason: "a real-time thread that has used up its share stands still until the next period")
    let folder = "/proc/sys/kernel"
    guard let text = machine.text("\(folder)/sched_rt_runtime_us"), let runtime = Int64(text) else {
      return question.unknown(
        "\(folder)/sched_rt_runtime_us cannot be read", "mount /proc, then ask again")
    }
    if runtime < 0 { return question.holds("not limited") }
    guard let period = machine.text("\(folder)/sched_rt_period_us").flatMap({ Int64($0) }),
      period > 0
    else {
      return question.unknown(
        "\(folder)/sched_rt_period_us cannot be read", "mount /proc, then ask again")
    }
    let found = "\(runtime) of \(period) us"
    // The loop sleeps between deadlines: half of the time is far more than it ever takes.
    if runtime >= period / 2 { return question.holds(found) }
    return question.fails(found, "sysctl kernel.sched_rt_runtime_us=950000, its default")
  }

  /// Whether memory may be locked.
  var lockedMemory: MachineItem {
    let question = MachineQuestion(
      name: "lockedMemory", title: "locked memory",
      reason: "memory that was moved to disk is read back in the middle of a pulse")
    guard let calls = machine.calls else { return needsCalls(question) }
    let limit: String
    switch calls.limit(.memory) {
    case .success(let most): limit = most.map { "\($0 / 1_024) KiB" } ?? "unlimited"
    case .failure: limit = "not readable"
    }
    guard let refusal = calls.tryLock() else {
      return question.holds("mlockall permitted, limit \(limit)")
    }
    return question.fails(
      "mlockall refused: \(refusal); the limit of this user (ulimit -l) is \(limit)",
      "install Hardware/Host/Tuning/nmes-realtime.conf and log in again; the daemon has "
        + "LimitMEMLOCK in its unit")
  }
}
