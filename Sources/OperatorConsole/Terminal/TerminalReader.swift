// Decides: how bytes come from the terminal: STOP is found on this thread, the rest waits for
// line editing.
// Leaves to others: which bytes are STOP (KeyFilter) and editing (LineEditor).

import Foundation
internal import StimulationCore
import Synchronization

/// Reads the terminal on a thread of its own: a screen that is stuck holds back no STOP.
final class TerminalReader: Sendable {
  /// The most bytes that wait for editing; more are dropped.
  static let mostWaiting = 8_192

  /// What editing does next.
  enum Next: Equatable {
    /// It takes a byte.
    case byte(UInt8)
    /// It empties the line, which was half typed when STOP was said: it is not finished by accident
    /// afterwards.
    case dropLine
  }

  private struct Waiting {
    let next: Next
    /// Whether STOP was sent for the line that this byte ends.
    let hasStopped: Bool
  }

  private struct State {
    var filter = KeyFilter()
    var rate = StepRate()
    var isLineEmpty = true
    var isAsking = false
    var waiting: [Waiting] = []
    /// Whether STOP was sent for the line that was taken last.
    var hasStopped = false
    var taken: UInt64 = 0
    var isEnded = false

    mutating func dropLine() {
      for case .byte in waiting.map(\.next) { taken += 1 }
      waiting = [Waiting(next: .dropLine, hasStopped: false)]
    }
  }

  private let input: Int32
  private let presence: Presence
  private let stop: @Sendable (StopAct) -> Void
  private let step: @Sendable (ConsoleCommand.Direction) -> Void
  private let isRunning: @Sendable () -> Bool
  private let state = Mutex(State())
  let bell: Bell

  init(
    input: Int32, presence: Presence, isRunning: @escaping @Sendable () -> Bool,
    stop: @escaping @Sendable (StopAct) -> Void,
    step: @escaping @Sendable (ConsoleCommand.Direction) -> Void
  ) throws(ConsoleError) {
    self.input = input
    self.presence = presence
    self.isRunning = isRunning
    self.stop = stop
    self.step = step
    bell = try Bell()
  }

  /// Starts the thread.
  func start() {
    let thread = Thread { [self] in run() }
    thread.name = "keys"
    thread.start()
  }

  /// What is next for editing; `nil` when there is nothing now.
  func next() -> Next? {
    state.withLock { state in
      guard !state.waiting.isEmpty else { return nil }
      let waiting = state.waiting.removeFirst()
      if case .byte = waiting.next { state.taken += 1 }
      state.hasStopped = waiting.hasStopped
      return waiting.next
    }
  }

  /// STOP was said: what was typed before it is not carried out after it, and what is typed from
  /// now on begins a line of its own.
  func dropLine() {
    state.withLock { state in
      state.dropLine()
      state.filter.lineDropped()
    }
    bell.ring()
  }

  /// Whether the line that has just been taken, by the byte that ends it, was the word STOP and has
  /// acted already.
  var hasStopped: Bool { state.withLock { $0.hasStopped } }

  /// Whether no more bytes come.
  var isEnded: Bool { state.withLock { $0.isEnded && $0.waiting.isEmpty } }

  /// Editing has done with every byte that it took.
  ///
  /// - Parameter isAsking: whether a question waits, to which no step is an answer.
  func edited(isLineEmpty: Bool, isAsking: Bool) {
    state.withLock { state in
      state.isLineEmpty = isLineEmpty
      state.isAsking = isAsking
      if state.taken == state.filter.passed { state.filter.settled() }
    }
  }

  private func run() {
    var buffer = [UInt8](repeating: 0, count: 1_024)
    while true {
      let deadline = state.withLock { $0.filter.deadline }
      let patience = deadline.map { max(.zero, $0 - ConsoleClock.now) } ?? .seconds(60)
      let ready = Bell.wait(for: [input], atMost: patience)[0]
      var chunk: [UInt8] = []
      if ready {
        // SAFETY: the call fills at most the buffer's bytes.
        let count = unsafe buffer.withUnsafeMutableBytes {
          unsafe read(input, $0.baseAddress, $0.count)
        }
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) {
          state.withLock { $0.isEnded = true }
          bell.ring()
          return
        }
        if count > 0 { chunk = Array(buffer[..<count]) }
      }
      act(take(chunk, at: ConsoleClock.now))
    }
  }

  private func take(_ chunk: [UInt8], at now: Nanoseconds) -> [KeyAction] {
    let isAwaited = presence.isAnswerAwaited
    let runs = isRunning()
    return state.withLock { state in
      if chunk.isEmpty { return state.filter.pass(to: now) }
      let context = LineContext(isEmpty: state.isLineEmpty, isRunning: runs && !state.isAsking)
      let actions = state.filter.take(
        chunk, at: now, context: context, isAnswerAwaited: isAwaited)
      var kept: [KeyAction] = []
      var isWord = false
      for action in actions {
        switch action {
        case .pass(let byte) where state.waiting.count < Self.mostWaiting:
          // The word's STOP stands directly before the byte that ends its line.
          state.waiting.append(Waiting(next: .byte(byte), hasStopped: isWord))
        case .pass: state.taken += 1
        case .step(let direction) where !state.rate.take(direction, at: now): break
        case .stop(let act) where act != .word:
          state.dropLine()
          kept.append(action)
        default: kept.append(action)
        }
        isWord = action == .stop(.word)
      }
      return kept
    }
  }

  private func act(_ actions: [KeyAction]) {
    // STOP before anything else of the same chunk.
    for case .stop(let act) in actions { stop(act) }
    for action in actions {
      switch action {
      case .stop, .pass: break
      case .step(let direction): step(direction)
      case .terminalAnswered: presence.answered(at: ConsoleClock.now)
      }
    }
    bell.ring()
  }
}
