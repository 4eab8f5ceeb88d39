// Decides: which examinations a machine goes through, in which order.
// Leaves to others: each examination, the measured part (LatenessMeter), showing it (DoctorText).

public import BoardSupport

/// Examines a machine for what a board's loop needs of it. Nothing of a board is driven or taken.
public struct Doctor: Sendable {
  let machine: Machine
  /// The priority that the loop asks of SCHED_FIFO.
  let priority: Int32

  /// A doctor for a machine.
  public init(_ machine: Machine, priority: Int32) {
    self.machine = machine
    self.priority = priority
  }

  /// Every item; those of a board when one is named.
  public func examine(_ board: BoardDefinition? = nil) -> [MachineItem] {
    var items = [
      preemption, fifo, realTimeShare, lockedMemory, affinity, isolation, idle, governor,
      throttling, clockSource, wallClock, groups, gpioChips, pwmChips, converters,
    ]
    if let board {
      items += [lines(of: board), pwm(of: board), converters(of: board), calibration(of: board)]
    }
    return items
  }

  /// Whether this program holds lines now, in another process: a board is being driven. A
  /// measurement asks for the priority of its loop, and is for later.
  public var boardIsDriven: Bool {
    let chips = machine.calls?.chips(machine.devices.devices) ?? []
    return chips.contains { chip in
      guard case .success(let content) = chip.content else { return false }
      return content.lines.contains { $0.consumer == HeldLines.consumer }
    }
  }

  /// What a copy cannot tell.
  func needsCalls(_ question: MachineQuestion) -> MachineItem {
    question.unknown(
      "this is a copy of a machine's files, which cannot be asked",
      "run nmes board doctor on the machine itself")
  }
}

extension MachineItem {
  /// A refusal to open a board reads "what; what to do".
  static func parts(_ error: LinuxBoardError) -> (found: String, remedy: String) {
    let parts = error.description.split(separator: ";").map {
      String($0.drop { $0 == " " })
    }
    guard parts.count > 1 else { return (error.description, "correct it and ask again") }
    return (parts.dropLast().joined(separator: "; "), parts[parts.count - 1])
  }
}
