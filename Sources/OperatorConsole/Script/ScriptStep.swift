// Decides: what a line of a script can be besides a command.
// Leaves to others: reading it (ScriptParser) and carrying it out (ScriptRun).

public import StimulationCore

/// One line of a script.
public struct ScriptLine: Sendable, Equatable {
  /// Counted from 1.
  public let number: Int
  /// What it asks for.
  public let step: ScriptStep
}

/// What a line of a script asks for.
public enum ScriptStep: Sendable, Equatable {
  /// A command, which must succeed unless the next line expects it refused.
  case command(ConsoleCommand)
  /// Something that must hold, at the latest after a time.
  case expect(Expectation, within: Nanoseconds)
  /// The command before must have been refused; with these words in the message.
  case expectRefused(containing: String?)
  /// The script goes on after a time.
  case wait(Nanoseconds)
  /// An answer to a question of arming; every question when none is named.
  case answer(question: String?, yes: Bool)
  /// The skin before the session, as seen.
  case answerSkin(isOK: Bool)
  /// A clinician's note.
  case answerOverride(String)
}

/// What a status must show.
public enum Expectation: Sendable, Equatable {
  /// How two figures compare.
  public enum Comparison: String, Sendable, Equatable, CaseIterable {
    /// The same.
    case equal = "="
    /// At least.
    case atLeast = ">="
    /// At most.
    case atMost = "<="
  }

  /// The controller's state.
  case state(String)
  /// How far the session is.
  case phase(ConsoleStatus.Phase)
  /// The session's outcome in the log.
  case outcome(String)
  /// An interlock among the causes.
  case fault(String)
  /// The setpoint of a channel.
  case amplitude(Comparison, Microamperes, channel: Int)
  /// The measured current of a channel.
  case measured(Comparison, Microamperes, channel: Int)
  /// The train that runs or ran last.
  case train(Comparison, Int)

  /// Whether a status shows it.
  public func holds(in status: ConsoleStatus) -> Bool {
    switch self {
    case .state(let name): status.state == name && status.phase != .idle
    case .phase(let phase): status.phase == phase
    case .outcome(let outcome): status.outcome == outcome
    case .fault(let id): status.faults.contains { $0.id == id }
    case .amplitude(let comparison, let amplitude, let channel):
      Self.channel(channel, status).map { comparison.holds($0.setpoint, amplitude) } ?? false
    case .measured(let comparison, let current, let channel):
      Self.channel(channel, status).map { comparison.holds($0.measured, current) } ?? false
    case .train(let comparison, let train): comparison.holds(status.train, train)
    }
  }

  /// What was seen instead, for the message of a failure.
  public func found(in status: ConsoleStatus) -> String {
    switch self {
    case .state: "state \(status.state)"
    case .phase: "phase \(status.phase.rawValue)"
    case .outcome: "outcome \(status.outcome ?? "none")"
    case .fault:
      status.faults.isEmpty ? "no fault" : "fault \(status.faults.map(\.id).joined(separator: " "))"
    case .amplitude(_, _, let channel):
      Self.channel(channel, status).map { "amplitude \($0.setpoint)" } ?? "no channel \(channel)"
    case .measured(_, _, let channel):
      Self.channel(channel, status).map { "measured \($0.measured)" } ?? "no channel \(channel)"
    case .train: "train \(status.train)"
    }
  }

  private static func channel(
    _ number: Int, _ status: ConsoleStatus
  ) -> ConsoleStatus.Channel? {
    status.channels.first { $0.channel == number }
  }
}

extension Expectation.Comparison {
  func holds<Figure: Comparable>(_ found: Figure, _ expected: Figure) -> Bool {
    switch self {
    case .equal: found == expected
    case .atLeast: found >= expected
    case .atMost: found <= expected
    }
  }
}
