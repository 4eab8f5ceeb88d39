// Decides: what the processors are: kept for the loop, awake, at full clock, not throttled.
// Leaves to others: the scheduler (Doctor+Scheduling) and clocks (Doctor+Clocks).

extension Doctor {
  private static let processors = "/sys/devices/system/cpu"

  /// The processor that is kept for the loop: the last of the isolated ones.
  public var isolatedProcessor: Int32? {
    machine.text("\(Doctor.processors)/isolated").flatMap { Machine.processors($0) }?.last
      .map { Int32($0) }
  }

  /// Whether the loop's thread can be kept on one processor.
  var affinity: MachineItem {
    let question = MachineQuestion(
      name: "affinity", title: "processor affinity",
      reason: "a thread that moves between processors finds cold caches and other programs")
    guard let calls = machine.calls else { return needsCalls(question) }
    let allowed: [Int]
    switch calls.processors() {
    case .failure(let error):
      return question.unknown("the allowed processors cannot be read: \(error)", "ask again")
    case .success(let processors): allowed = processors
    }
    let chosen = isolatedProcessor ?? allowed.last.map { Int32($0) }
    let text = "allowed on \(Machine.list(allowed))"
    guard let chosen else {
      return question.unknown("no processor is allowed", "look at the cpuset of this session")
    }
    switch calls.tryThread(priority, chosen) {
    case .failure(let error):
      return question.unknown("no thread to try it on: \(error)", "end other programs")
    case .success(let trial):
      guard let refusal = trial.processor else {
        return question.holds("a thread is kept on processor \(chosen); \(text)")
      }
      return question.fails(
        "processor \(chosen) refused: \(refusal); \(text)",
        "start it outside the control group or cpuset that confines it")
    }
  }

  /// Whether the scheduler leaves a processor to the loop.
  var isolation: MachineItem {
    let question = MachineQuestion(
      name: "isolation", title: "isolated processor",
      reason: "on a shared processor other work and interrupts stand between the loop and its "
        + "deadline")
    let online = machine.text("\(Doctor.processors)/online").flatMap { Machine.processors($0) }
    guard let list = machine.text("\(Doctor.processors)/isolated"),
      let isolated = Machine.processors(list)
    else {
      return question.unknown(
        "\(Doctor.processors)/isolated cannot be read", "mount /sys, then ask again")
    }
    let count = online.map { " of \($0.count)" } ?? ""
    if !isolated.isEmpty {
      return isolation(of: isolated, online, question, found: "processor \(list)\(count)")
    }
    if let online, online.count < 2 {
      return question.fails(
        "there is one processor, which everything shares", "use a computer with two or more")
    }
    return question.fails(
      "none\(count)",
      "append Hardware/Host/Tuning/cmdline.txt to the kernel's command line and reboot")
  }

  /// Whether isolated processors can be had: each is on, and takes a thread of this process. The
  /// mask of this process does not tell the second: the kernel leaves isolated ones out of it.
  private func isolation(
    of isolated: [Int], _ online: [Int]?, _ question: MachineQuestion, found: String
  ) -> MachineItem {
    guard let online else {
      return question.unknown(
        "\(found); \(Doctor.processors)/online cannot be read", "mount /sys, then ask again")
    }
    let off = isolated.filter { !online.contains($0) }
    if !off.isEmpty {
      return question.fails(
        "\(found), but \(Machine.list(off)) is not online",
        "echo 1 > \(Doctor.processors)/cpu\(off[0])/online, or isolate another in the kernel's "
          + "command line")
    }
    let refused = isolated.filter { processor in
      guard case .success(let trial)? = machine.calls?.tryThread(priority, Int32(processor)) else {
        return false
      }
      return trial.processor != nil
    }
    if refused.isEmpty { return question.holds(found) }
    return question.fails(
      "\(found), but \(Machine.list(refused)) is not allowed to this process",
      "start it outside the control group or cpuset that confines it")
  }

  /// Whether deep idle states can be kept off.
  var idle: MachineItem {
    let question = MachineQuestion(
      name: "idle", title: "idle latency",
      reason: "a processor in deep idle takes up to milliseconds to wake")
    guard let calls = machine.calls else { return needsCalls(question) }
    let path = machine.path(LatencyHold.systemPath)
    guard let refusal = calls.tryLatency(path) else {
      return question.holds("\(LatencyHold.systemPath) opened and held at 0 us")
    }
    if refusal.isDenied {
      return question.fails(
        "\(LatencyHold.systemPath): \(refusal)",
        "install Hardware/Host/99-nmes.rules, and be a member of the group nmes")
    }
    return question.fails(
      "\(LatencyHold.systemPath): \(refusal)",
      "use a kernel with power management of processors (CONFIG_CPU_IDLE and PM QoS)")
  }

  /// Whether every processor runs at its full clock.
  var governor: MachineItem {
    let question = MachineQuestion(
      name: "governor", title: "processor clock",
      reason: "a governor that saves power answers the loop at the lowest clock first")
    var found: [(governor: String, processor: Int)] = []
    for name in machine.names(Doctor.processors) where name.hasPrefix("cpu") {
      guard let processor = Int(name.dropFirst(3)),
        let text = machine.text("\(Doctor.processors)/\(name)/cpufreq/scaling_governor")
      else { continue }
      found.append((text, processor))
    }
    guard !found.isEmpty else {
      return question.unknown(
        "no processor has a governor here: firmware or a host decides",
        "set the firmware or the host to full clock")
    }
    let names = Set(found.map(\.governor)).sorted()
    let text = names.map { name in
      let processors = found.filter { $0.governor == name }.map(\.processor).sorted()
      return "\(name) on \(Machine.list(processors))"
    }
    if names == ["performance"] { return question.holds(text[0]) }
    return question.fails(
      text.joined(separator: ", "), "enable Hardware/Host/Tuning/nmes-governor.service")
  }

  /// Whether heat or a weak supply slow the processors down, or did since start.
  var throttling: MachineItem {
    let question = MachineQuestion(
      name: "throttling", title: "throttling",
      reason: "a throttled computer is late for seconds at a time")
    let remedy = "fit a heat sink and a supply of the rating that the computer's maker asks for"
    let measure = "measure for long enough to warm up: --seconds 600"
    if let bits = raspberryBits {
      let words = Doctor.raspberryWords.filter { bits >> $0.bit & 1 == 1 }.map(\.word)
      if bits == 0 { return question.holds("the firmware reports none since start") }
      let rest = words.isEmpty ? "bits not known here" : words.joined(separator: ", ")
      return question.fails("0x\(String(bits, radix: 16)): \(rest)", "\(remedy); then reboot")
    }
    if let count = throttleCount {
      if count == 0 { return question.holds("no event since start") }
      return question.fails("\(count) events since start", "\(remedy); then reboot")
    }
    if let slowed = coolingDevices {
      if !slowed.isEmpty { return question.fails(slowed.joined(separator: ", "), remedy) }
      return question.unknown(
        "no cooling device slows a processor now; what was before is not kept here", measure)
    }
    return question.unknown("no sensor of it in /sys", measure)
  }

  /// What `vcgencmd get_throttled` shows, from the firmware driver's file.
  private var raspberryBits: UInt32? {
    let folder = "/sys/bus/platform/drivers/raspberrypi-firmware"
    for name in machine.names(folder) {
      guard let text = machine.text("\(folder)/\(name)/get_throttled") else { continue }
      return UInt32(text.hasPrefix("0x") ? String(text.dropFirst(2)) : text, radix: 16)
    }
    return nil
  }

  /// The bits of the firmware's answer, as the maker documents `get_throttled`.
  private static let raspberryWords: [(bit: UInt32, word: String)] = [
    (0, "under-voltage now"), (1, "clock capped now"), (2, "throttled now"),
    (3, "soft temperature limit now"), (16, "under-voltage since start"),
    (17, "clock was capped since start"), (18, "was throttled since start"),
    (19, "soft temperature limit since start"),
  ]

  private var throttleCount: Int64? {
    var sum: Int64?
    for name in machine.names(Doctor.processors) where name.hasPrefix("cpu") {
      for file in ["core_throttle_count", "package_throttle_count"] {
        let path = "\(Doctor.processors)/\(name)/thermal_throttle/\(file)"
        guard let count = machine.text(path).flatMap({ Int64($0) }) else { continue }
        sum = (sum ?? 0) &+ count
      }
    }
    return sum
  }

  /// The cooling devices of processors that act now; `nil` when there are none at all.
  private var coolingDevices: [String]? {
    let folder = "/sys/class/thermal"
    var slowed: [String]?
    for name in machine.names(folder) where name.hasPrefix("cooling_device") {
      guard let kind = machine.text("\(folder)/\(name)/type"),
        kind.lowercased().contains("cpu") || kind == "Processor",
        let state = machine.text("\(folder)/\(name)/cur_state").flatMap({ Int64($0) })
      else { continue }
      slowed = (slowed ?? []) + (state > 0 ? ["\(name) (\(kind)) at state \(state)"] : [])
    }
    return slowed
  }
}
