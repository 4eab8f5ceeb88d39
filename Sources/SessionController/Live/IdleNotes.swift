// Decides: how what is asked while no session is open reaches the log without holding up whoever
// asked, whose records find room, and that what finds none is counted.
// Leaves to others: what is asked (Stimulator) and sessions' own records (SessionKeeper).

import Dispatch
import DoseLog
import StimulationCore
import Synchronization

/// Writes actions beside any session, one after another, in the background.
final class IdleNotes: Sendable {
  /// Whose room a record takes: refusals, which anybody can cause, take nobody else's.
  enum Share: Int, CaseIterable {
    /// What operators ask for, which is not done where there is no room for its record.
    case commands
    /// What was refused.
    case refusals
    /// STOP and alarms, which are done and happen whether there is room or not.
    case stops

    /// The share of an action.
    init(_ action: LogAction) {
      switch action.kind {
      case .refusal: self = .refusals
      case .command, .setting, .checklist:
        self = action.subject == "stop" ? .stops : .commands
      case .alarm, .notice: self = .stops
      }
    }

    /// This many may wait; the log then stands still, and a session cannot be opened either.
    var most: Int {
      switch self {
      case .commands: return 160
      case .refusals: return 32
      case .stops: return 64
      }
    }
  }

  /// While others still wait, what was left out is told no more often than this.
  static let period = Nanoseconds.seconds(1)

  private typealias Counts = [Int]

  private struct State {
    var waiting = Counts(repeating: 0, count: Share.allCases.count)
    /// What was left out and is not told yet.
    var leftOut = Counts(repeating: 0, count: Share.allCases.count)
    var startedAt: Nanoseconds?
    var toldAt: Nanoseconds?
  }

  private let queue = DispatchQueue(label: "idle-notes")
  private let state = Mutex(State())

  /// Since when the record that is being written is written; `nil` when none is.
  var busySince: Nanoseconds? { state.withLock { $0.startedAt } }

  /// Whether so many more of a share find room.
  func hasRoom(_ share: Share, for count: Int) -> Bool {
    state.withLock { $0.waiting[share.rawValue] + count <= share.most }
  }

  /// Hands over an action; one too many is left out, and a record says how many were as soon as one
  /// fits.
  func write(_ action: LogAction, to writer: DoseLogWriter, at clock: ClockReading) {
    write(action) { (try? writer.log($0, at: clock)) != nil }
  }

  /// Hands over an action to be written by `log`, which answers whether it was.
  func write(_ action: LogAction, by log: @escaping @Sendable (LogAction) -> Bool) {
    let share = Share(action)
    let hasRoom = state.withLock { state in
      guard state.waiting[share.rawValue] < share.most else {
        state.leftOut[share.rawValue] += 1
        return false
      }
      state.waiting[share.rawValue] += 1
      return true
    }
    guard hasRoom else { return }
    queue.async { [self] in
      state.withLock { $0.startedAt = RunWaker.now() }
      let isWritten = log(action)
      let leftOut = state.withLock { state in
        state.waiting[share.rawValue] -= 1
        if !isWritten { state.leftOut[share.rawValue] += 1 }
        return isWritten ? Self.due(&state, at: RunWaker.now()) : nil
      }
      if let leftOut { tell(leftOut, like: action, by: log) }
      state.withLock { $0.startedAt = nil }
    }
  }

  /// What was left out, when it is to be told.
  private static func due(_ state: inout State, at now: Nanoseconds) -> Counts? {
    guard state.leftOut.contains(where: { $0 > 0 }) else { return nil }
    let isLast = state.waiting.allSatisfy { $0 == 0 }
    guard isLast || state.toldAt.map({ now - $0 >= period }) ?? true else { return nil }
    state.toldAt = now
    defer { state.leftOut = Counts(repeating: 0, count: Share.allCases.count) }
    return state.leftOut
  }

  /// Tells how many of each share were left out.
  static func notice(of leftOut: [Int], at now: Nanoseconds?, isSimulated: Bool) -> LogAction {
    LogAction(
      kind: .notice, subject: "records", outcome: "\(leftOut.reduce(0, +)) left out",
      actor: "daemon", at: now, isSimulated: isSimulated,
      text: "the log found no room for \(leftOut[Share.commands.rawValue]) commands, "
        + "\(leftOut[Share.stops.rawValue]) STOPs or alarms and "
        + "\(leftOut[Share.refusals.rawValue]) refusals")
  }

  private func tell(_ leftOut: Counts, like action: LogAction, by log: (LogAction) -> Bool) {
    if log(Self.notice(of: leftOut, at: action.at, isSimulated: action.isSimulated)) { return }
    state.withLock { state in
      for (share, count) in leftOut.enumerated() { state.leftOut[share] += count }
    }
  }

  /// Waits for what was handed over.
  func wait() { queue.sync {} }

  /// Waits for it, or until a time has passed; then `false`.
  func wait(atMost time: Nanoseconds) -> Bool {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    return done.wait(timeout: .now() + .nanoseconds(Int(time.rawValue))) == .success
  }
}
