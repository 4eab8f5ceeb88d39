// Decides: which GPIO chips, PWM chips and converters the machine has, and whether they open.
// Leaves to others: those that a board names (Doctor+Board).

extension Doctor {
  private static let rules =
    "install Hardware/Host/99-nmes.rules, and ask as the daemon: sudo -u nmes nmes board doctor"

  /// Whether a GPIO chip opens.
  var gpioChips: MachineItem {
    let question = MachineQuestion(
      name: "gpioChips", title: "GPIO chips",
      reason: "phases, relay coil and heartbeat are lines of one chip, found by its label")
    guard let calls = machine.calls else { return needsCalls(question) }
    var opened: [String] = []
    var refused: [String] = []
    var isDenied = false
    for chip in calls.chips(machine.devices.devices) {
      switch chip.content {
      case .success(let content): opened.append("\(content.label) (\(content.lines.count) lines)")
      case .failure(let error):
        refused.append("gpiochip\(chip.number): \(error)")
        isDenied = isDenied || error.isDenied
      }
    }
    let text = (opened + refused).joined(separator: ", ")
    // The computer's other chips (power, Wi-Fi) stay with root, and need not open.
    if !opened.isEmpty { return question.holds(text) }
    if refused.isEmpty {
      return question.fails(
        "none in /dev", "use a computer with GPIO, and a kernel with CONFIG_GPIO_CDEV")
    }
    return question.fails(text, isDenied ? Doctor.rules : "look at the kernel's log")
  }

  /// Whether a PWM chip can be written.
  var pwmChips: MachineItem {
    let question = MachineQuestion(
      name: "pwmChips", title: "PWM chips",
      reason: "amplitudes are set by PWM through sysfs")
    let chips: [(folder: String, device: String)]
    do throws(LinuxBoardError) { chips = try PWMFinder.chips(in: machine.devices.pwm) } catch {
      let parts = MachineItem.parts(error)
      return question.fails(parts.found, parts.remedy)
    }
    guard !chips.isEmpty else {
      return question.fails(
        "none in /sys/class/pwm", "load the overlay of Hardware/Host/Overlays, then reboot")
    }
    let names = chips.map { chip in
      let channels = (try? FileTree.text("\(chip.folder)/npwm")).map { " (\($0) channels)" } ?? ""
      return Doctor.tail(chip.device) + channels
    }
    guard let calls = machine.calls else { return needsCalls(question) }
    let denied = chips.filter { calls.permits("\($0.folder)/export", true) != nil }
    if denied.count < chips.count { return question.holds(names.joined(separator: ", ")) }
    return question.fails("\(names.joined(separator: ", ")), none may be written", Doctor.rules)
  }

  /// Whether there are converters.
  var converters: MachineItem {
    let question = MachineQuestion(
      name: "converters", title: "converters",
      reason: "what was delivered is what a converter measured")
    do throws(LinuxBoardError) {
      let names = try ConverterFinder.names(in: machine.devices.converters)
      if !names.isEmpty { return question.holds(names.joined(separator: ", ")) }
      return question.fails(
        "none in /sys/bus/iio/devices",
        "load the overlay of Hardware/Host/Overlays, look at the converter's wiring, then reboot")
    } catch {
      let parts = MachineItem.parts(error)
      return question.fails(parts.found, parts.remedy)
    }
  }

  /// The last two names of a device's path.
  static func tail(_ path: String) -> String {
    path.split(separator: "/").suffix(2).joined(separator: "/")
  }
}
