// Decides: which bytes from the terminal are STOP, which are a step, which are the terminal's own
// answer, and which go on to line editing.
// Leaves to others: reading the bytes (TerminalReader), sending STOP, and editing (LineEditor).

public import StimulationCore

/// What is known of the line when bytes arrive.
public struct LineContext: Sendable, Equatable {
  /// Whether the input line is empty as far as it has been edited.
  public var isEmpty: Bool
  /// Whether trains run.
  public var isRunning: Bool

  /// What is known.
  public init(isEmpty: Bool, isRunning: Bool) {
    self.isEmpty = isEmpty
    self.isRunning = isRunning
  }
}

/// What a byte leads to.
public enum KeyAction: Sendable, Equatable {
  /// STOP, and by which act.
  case stop(StopAct)
  /// One step of amplitude.
  case step(ConsoleCommand.Direction)
  /// The terminal answered its status query.
  case terminalAnswered
  /// A byte for line editing.
  case pass(UInt8)
}

/// The acts that are STOP.
public enum StopAct: String, Sendable, Equatable {
  /// A lone Esc, or an escape sequence that is none of the editing keys, or arrived split.
  case escape = "Esc"
  /// Ctrl-C.
  case interrupt = "Ctrl-C"
  /// Space on an empty line.
  case space = "Space"
  /// The word `stop`.
  case word = "stop"
  /// The terminal hung up, or the process was asked to end.
  case hangUp = "hang-up"
}

/// The key state machine. Bytes and times in, actions out; STOP is never delayed, except for an
/// Esc that may begin the terminal's awaited answer.
///
/// Bytes are judged in the chunks in which they were read: an escape sequence of an arrow key
/// arrives in one piece, a lone Esc is a chunk's last byte. A sequence that arrives split counts
/// as STOP; its rest is swallowed.
public struct KeyFilter: Sendable {
  /// How long an Esc waits for the rest of the terminal's answer.
  public static let hold = Nanoseconds.milliseconds(20)
  /// How long the rest of a split sequence is swallowed.
  static let swallowing = Nanoseconds.milliseconds(50)
  /// The longest sequence that is followed.
  static let longestSequence = 16

  private enum State: Equatable {
    case plain
    /// The bytes of a sequence that may be the terminal's answer, since when.
    case held([UInt8], since: Nanoseconds)
    /// STOP was sent for a sequence's beginning; its rest may still come.
    case swallowing([UInt8], since: Nanoseconds)
  }

  /// What the bytes in flight, passed on and not edited in yet, make of the line.
  private enum Flight { case none, text, ended, unknown }

  private var state = State.plain
  private var flight = Flight.none
  private var tail: [UInt8] = []
  /// Of a line that was edited: whether it is the word STOP is seen when it is taken.
  private static let unknownTail: [UInt8] = [0]
  /// Bytes that were passed on since the start.
  public private(set) var passed: UInt64 = 0

  /// A filter at the start of a line.
  public init() {}

  /// When held bytes are due, if there are any.
  public var deadline: Nanoseconds? {
    if case .held(_, let since) = state { return since + Self.hold }
    return nil
  }

  /// Line editing has taken all bytes that were passed on.
  public mutating func settled() { flight = .none }

  /// What was typed so far is no line any more.
  public mutating func lineDropped() { tail = [] }

  /// Time has passed without a byte.
  public mutating func pass(to now: Nanoseconds) -> [KeyAction] {
    switch state {
    case .held(let bytes, let since) where now - since >= Self.hold:
      state = .swallowing(bytes, since: now)
      tail = []
      return [.stop(.escape)]
    case .swallowing(_, let since) where now - since >= Self.swallowing:
      state = .plain
      return []
    default: return []
    }
  }

  /// A chunk, as it was read at once.
  public mutating func take(
    _ chunk: [UInt8], at now: Nanoseconds, context: LineContext, isAnswerAwaited: Bool
  ) -> [KeyAction] {
    var actions = pass(to: now)
    for (index, byte) in chunk.enumerated() {
      let isLast = index == chunk.count - 1
      switch state {
      case .plain:
        plain(
          byte, rest: chunk[(index + 1)...], at: now, context: context,
          isAnswerAwaited: isAnswerAwaited, &actions)
      case .held(let bytes, let since):
        held(bytes + [byte], since: since, isLast: isLast, isAnswerAwaited, at: now, &actions)
      case .swallowing(let bytes, let since):
        swallowed(
          bytes, byte, since: since, rest: chunk[(index + 1)...], at: now, context: context,
          isAnswerAwaited, &actions)
      }
    }
    return actions
  }

  // MARK: - Outside of sequences

  private mutating func plain(
    _ byte: UInt8, rest: ArraySlice<UInt8>, at now: Nanoseconds, context: LineContext,
    isAnswerAwaited: Bool, _ actions: inout [KeyAction]
  ) {
    switch byte {
    case 0x1B:
      if rest.isEmpty && !isAnswerAwaited {
        stop(.escape, &actions)
        state = .swallowing([byte], since: now)
      } else {
        held([byte], since: now, isLast: rest.isEmpty, isAnswerAwaited, at: now, &actions)
      }
    case 0x03: stop(.interrupt, &actions)
    case 0x20 where isEmpty(context): stop(.space, &actions)
    case 0x2B where isSurelyEmpty(context) && context.isRunning: actions.append(.step(.up))
    case 0x2D where isSurelyEmpty(context) && context.isRunning: actions.append(.step(.down))
    default: forward(byte, &actions)
    }
  }

  /// What stood on the line before STOP is no part of what is typed after it.
  private mutating func stop(_ act: StopAct, _ actions: inout [KeyAction]) {
    tail = []
    actions.append(.stop(act))
  }

  /// Where in doubt the line is empty: Space stops.
  private func isEmpty(_ context: LineContext) -> Bool {
    switch flight {
    case .none: context.isEmpty
    case .text: false
    case .ended, .unknown: true
    }
  }

  /// Where in doubt the line is not empty: no step.
  private func isSurelyEmpty(_ context: LineContext) -> Bool {
    flight == .none && context.isEmpty
  }

  private mutating func forward(_ byte: UInt8, _ actions: inout [KeyAction]) {
    passed += 1
    switch byte {
    case 0x0A, 0x0D:
      if tail == Array("stop".utf8) { actions.append(.stop(.word)) }
      tail = []
      flight = .ended
    case 0x21...0x7E, 0x80...:
      if tail.count < 8 { tail.append(byte | (byte >= 0x41 && byte <= 0x5A ? 0x20 : 0)) }
      flight = .text
    case 0x20:
      if !tail.isEmpty && tail.count < 8 { tail.append(byte) }
      flight = .text
    // Completion adds to the line and takes nothing from it.
    case 0x09: tail = Self.unknownTail
    default:
      // An editing key: what it leaves of the line is not known here.
      flight = .unknown
      tail = Self.unknownTail
    }
    actions.append(.pass(byte))
  }

  // MARK: - Sequences

  private enum Kind { case incomplete, answer, editing, otherKey, unknown }

  private mutating func held(
    _ bytes: [UInt8], since: Nanoseconds, isLast: Bool, _ isAnswerAwaited: Bool,
    at now: Nanoseconds, _ actions: inout [KeyAction]
  ) {
    switch Self.kind(bytes) {
    case .incomplete:
      // The end of a chunk within a sequence: split. Only the awaited answer is waited for.
      if isLast && !(isAnswerAwaited && Self.mayBeAnswer(bytes)) {
        stop(.escape, &actions)
        state = .swallowing(bytes, since: now)
      } else {
        state = .held(bytes, since: since)
      }
    case .answer:
      state = .plain
      actions.append(.terminalAnswered)
    case .editing:
      state = .plain
      for byte in bytes { pass(sequence: byte, &actions) }
    case .otherKey: state = .plain
    case .unknown:
      stop(.escape, &actions)
      // A second Esc begins anew: it may be the first byte of the answer.
      if bytes.last == 0x1B {
        held([0x1B], since: now, isLast: isLast, isAnswerAwaited, at: now, &actions)
      } else {
        state = .plain
      }
    }
  }

  private mutating func pass(sequence byte: UInt8, _ actions: inout [KeyAction]) {
    passed += 1
    flight = .unknown
    tail = Self.unknownTail
    actions.append(.pass(byte))
  }

  private mutating func swallowed(
    _ bytes: [UInt8], _ byte: UInt8, since: Nanoseconds, rest: ArraySlice<UInt8>,
    at now: Nanoseconds, context: LineContext, _ isAnswerAwaited: Bool,
    _ actions: inout [KeyAction]
  ) {
    let longer = bytes + [byte]
    switch Self.kind(longer) {
    case .incomplete: state = .swallowing(longer, since: since)
    case .answer:
      state = .plain
      actions.append(.terminalAnswered)
    case .editing, .otherKey: state = .plain
    case .unknown:
      // Not the rest of a sequence after all.
      state = .plain
      plain(
        byte, rest: rest, at: now, context: context, isAnswerAwaited: isAnswerAwaited, &actions)
    }
  }

  private static let answer: [UInt8] = [0x1B, 0x5B, 0x30, 0x6E]

  private static func mayBeAnswer(_ bytes: [UInt8]) -> Bool { answer.starts(with: bytes) }

  /// The editing keys are arrows, Home, End and Delete; other keys that send a whole sequence do
  /// nothing. What no key sends is a lone Esc with something behind it.
  private static func kind(_ bytes: [UInt8]) -> Kind {
    guard bytes.count > 1 else { return .incomplete }
    guard bytes.count <= longestSequence else { return .unknown }
    guard bytes[1] == 0x4F || bytes[1] == 0x5B else { return .unknown }
    guard bytes.count > 2 else { return .incomplete }
    let last = bytes[bytes.count - 1]
    let parameters = bytes[2..<(bytes.count - 1)]
    switch last {
    case 0x30...0x3F where bytes[1] == 0x5B: return .incomplete
    case 0x6E: return bytes == answer ? .answer : .unknown
    case 0x41...0x44, 0x46, 0x48: return parameters.isEmpty ? .editing : .otherKey
    case 0x7E where bytes[1] == 0x5B:
      return [[0x31], [0x33], [0x34]].contains(Array(parameters)) ? .editing : .otherKey
    case 0x45, 0x50...0x53, 0x5A: return .otherKey
    default: return .unknown
    }
  }
}
