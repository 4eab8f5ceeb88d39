// Decides: whether the machine has what a board's definition names, without taking any of it.
// Leaves to others: taking it (LinuxBoard.init), and whether the board works (self-test).

import BoardSupport
import StimulationCore

extension Doctor {
  /// Under which name this program holds lines.
  private static let ownConsumer = HeldLines.consumer

  /// Whether every line of the board is there and free.
  func lines(of board: BoardDefinition) -> MachineItem {
    let question = MachineQuestion(
      name: "board.lines", title: "\(board.name): lines",
      reason: "a missing or held line keeps the board from opening")
    guard let calls = machine.calls else { return needsCalls(question) }
    let chips = calls.chips(machine.devices.devices)
    let groups = [
      (chip: board.outputs.chip, lines: board.outputLines.map(\.line.name)),
      (chip: board.inputs.chip, lines: board.inputLines.map(\.line.name)),
    ]
    var isHeldByUs = false
    for group in groups {
      let opened = chips.compactMap { try? $0.content.get() }.filter { $0.label == group.chip }
      guard let chip = opened.first else {
        return question.fails(
          missing(group.chip, among: chips),
          "load the chip's driver or overlay, ask as the daemon, or correct the board definition")
      }
      if opened.count > 1 {
        return question.fails(
          "two GPIO chips are labelled \(group.chip)", "give one of them another label")
      }
      if let (found, remedy) = Doctor.problem(group.lines, on: chip) {
        return question.fails(found, remedy)
      }
      isHeldByUs =
        isHeldByUs
        || chip.lines.contains { group.lines.contains($0.name) && $0.consumer == Self.ownConsumer }
    }
    let count = groups.reduce(0) { $0 + $1.lines.count }
    let holder = isHeldByUs ? "; held by \(Self.ownConsumer), which is running" : ", all free"
    return question.holds("\(count) lines on \(board.outputs.chip)\(holder)")
  }

  private func missing(_ label: String, among chips: [ChipSeen]) -> String {
    let denied = chips.compactMap { chip -> String? in
      guard case .failure(let error) = chip.content else { return nil }
      return "gpiochip\(chip.number): \(error)"
    }
    let rest = denied.isEmpty ? "" : "; \(denied.joined(separator: ", "))"
    return "no GPIO chip that opens is labelled \(label)\(rest)"
  }

  /// What keeps lines from being taken, and what to do; `nil` when nothing does.
  private static func problem(
    _ names: [String], on chip: ChipSeen.Content
  ) -> (found: String, remedy: String)? {
    var absent: [String] = []
    var doubled: [String] = []
    var held: [String] = []
    for name in names {
      let found = chip.lines.filter { $0.name == name }
      guard let line = found.first else {
        absent.append(name)
        continue
      }
      if found.count > 1 { doubled.append(name) }
      if let consumer = line.consumer, consumer != ownConsumer {
        held.append("\(name) by \(consumer.isEmpty ? "somebody without a name" : consumer)")
      }
    }
    if !absent.isEmpty {
      return (
        "chip \(chip.label) has no line named \(absent.joined(separator: ", "))",
        "load the board's overlay, which names the lines, or correct the board definition"
      )
    }
    if !doubled.isEmpty {
      return (
        "chip \(chip.label): two lines are named \(doubled.joined(separator: ", "))",
        "correct the overlay, so that each line has a name of its own"
      )
    }
    if !held.isEmpty {
      return (
        "held on chip \(chip.label): \(held.joined(separator: ", "))",
        "end that process or unload that driver"
      )
    }
    return nil
  }

  /// Whether every PWM output of the board is there and can be written, or exported.
  func pwm(of board: BoardDefinition) -> MachineItem {
    let question = MachineQuestion(
      name: "board.pwm", title: "\(board.name): PWM",
      reason: "a PWM output that cannot be written keeps the board from opening")
    guard let calls = machine.calls else { return needsCalls(question) }
    let outputs = board.channels.flatMap { channel in
      [channel.amplitude.output] + (channel.gate.map { [$0.pwm] } ?? [])
    }
    var exported = 0
    var running: [String] = []
    for output in outputs {
      do throws(LinuxBoardError) {
        let found = try look(at: output, calls)
        if found.isExported { exported += 1 }
        if found.isRunning { running.append("\(PWMPlace(output))") }
      } catch {
        let parts = MachineItem.parts(error)
        return question.fails(parts.found, parts.remedy)
      }
    }
    return question.holds(Doctor.outputs(exported, of: outputs.count, running: running))
  }

  /// What is known of outputs that nothing keeps from being used. The files of one that is not
  /// exported do not exist yet; udev gives them their rights.
  private static func outputs(_ exported: Int, of count: Int, running: [String]) -> String {
    func counted(_ count: Int) -> String { count == 1 ? "1 output" : "\(count) outputs" }
    var parts: [String] = []
    if exported > 0 { parts.append("\(counted(exported)) can be written") }
    if exported < count {
      parts.append(
        "\(counted(count - exported)) can be exported; udev gives the files their rights then")
    }
    if !running.isEmpty {
      parts.append(
        "running now: \(running.joined(separator: ", ")) (stopped when the board is opened)")
    }
    return parts.joined(separator: "; ")
  }

  /// Throws what keeps an output from being used.
  private func look(
    at output: PWMOutput, _ calls: MachineCalls
  ) throws(LinuxBoardError) -> (isExported: Bool, isRunning: Bool) {
    let place = PWMPlace(output)
    let chip = try PWMFinder.chip(output.device, in: machine.devices.pwm)
    let count: Int64
    do throws(SystemFailure) {
      let file = try Attribute("\(chip)/npwm", .read)
      count = try file.number()
    } catch { throw .pwmNotTaken(place, error) }
    if Int64(output.index) >= count { throw .noPWMChannel(place, count: count) }
    let folder = "\(chip)/pwm\(output.index)"
    guard FileTree.exists(folder) else {
      if let refusal = calls.permits("\(chip)/export", true) { throw .pwmNotTaken(place, refusal) }
      return (false, false)
    }
    // Opening writes all four; rights are given file by file.
    for value in [PWMValue.period, .activeTime, .enable, .polarity] {
      if let refusal = calls.permits("\(folder)/\(value.rawValue)", true) {
        throw .pwmValue(place, value, refusal)
      }
    }
    return (true, (try? FileTree.text("\(folder)/enable")) == "1")
  }

  /// Whether every converter input of the board is there and reads.
  func converters(of board: BoardDefinition) -> MachineItem {
    let question = MachineQuestion(
      name: "board.converters", title: "\(board.name): converters",
      reason: "a converter that is absent or silent keeps the board from opening")
    // A converter on a bus is shared: what is read here would be late there.
    if boardIsDriven {
      return question.unknown(
        "the board is driven now; its converters are not disturbed", "ask when no session runs")
    }
    var inputs = [ConverterPlace(board.overCurrentThreshold)]
    for channel in board.channels {
      inputs += [ConverterPlace(channel.current), ConverterPlace(channel.voltage)]
      guard let gate = channel.gate else { continue }
      inputs += [ConverterPlace(gate.heldLeading), ConverterPlace(gate.heldVoltage)]
      if let held = gate.heldRecovery { inputs.append(ConverterPlace(held)) }
    }
    for input in inputs {
      do throws(LinuxBoardError) { try look(at: input) } catch {
        let parts = MachineItem.parts(error)
        return question.fails(parts.found, parts.remedy)
      }
    }
    return question.holds("\(inputs.count) inputs read")
  }

  private func look(at place: ConverterPlace) throws(LinuxBoardError) {
    let folder = try ConverterFinder.folder(of: place.device, in: machine.devices.converters)
    let file = "\(folder)/in_voltage\(place.channel)_raw"
    guard FileTree.exists(file) else {
      let names = (try? FileTree.names(in: folder)) ?? []
      throw .noConverterChannel(
        place, present: names.filter { $0.hasPrefix("in_") && $0.hasSuffix("_raw") })
    }
    do throws(SystemFailure) {
      let raw = try Attribute(file, .read)
      _ = try raw.number()
    } catch { throw .converterFile(place, file: file, error) }
  }

  /// Whether the board's amplitudes were measured.
  func calibration(of board: BoardDefinition) -> MachineItem {
    let question = MachineQuestion(
      name: "board.calibration", title: "\(board.name): calibration",
      reason: "the amplitudes of a board that was not measured are guesses; no session is opened")
    if board.isCalibrated {
      return question.holds(
        board.patientCircuit == .none ? "measured, or needs no measuring" : "measured")
    }
    let channels = board.channels.indices.filter { index in
      board.values.contains {
        $0.key.hasPrefix("channels[\(index + 1)].calibration") && $0.isUnconfirmed
      }
    }.map { "\($0 + 1)" }
    return question.fails(
      "nominal tables on channel \(channels.joined(separator: ", "))",
      "nmes board calibrate --board \(board.name) --channel \(channels.first ?? "1")")
  }
}

extension PWMPlace {
  /// The place of an output of a definition.
  fileprivate init(_ output: PWMOutput) {
    self.init(device: output.device, channel: output.index)
  }
}

extension ConverterPlace {
  /// The place of a converter of a definition.
  fileprivate init<Unit>(_ definition: ConverterDefinition<Unit>) {
    self.init(device: definition.device, channel: definition.input)
  }
}
