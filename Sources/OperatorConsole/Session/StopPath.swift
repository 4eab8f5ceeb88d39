// Decides: how STOP leaves the console: by a thread of its own, over a connection of its own.
// Leaves to others: which acts are STOP (KeyFilter, SignalThread).

public import ControlAPI
import Foundation
internal import StimulationCore
import Synchronization

/// STOP from this console. Nothing that the console does otherwise stands before it.
public final class StopPath: Sendable {
  /// How long an answer may take before STOP counts as not confirmed.
  static let patience_ms: Int64 = 1_000

  private struct State {
    var acts: [StopAct] = []
    var latest: StatusView.StopNotice?
    var said = 0
  }

  private let directory: RuntimeDirectory
  private let bell: Bell
  private let state = Mutex(State())
  private let told: @Sendable (StopAct, StatusView.StopNotice) -> Void

  /// Starts the thread. `told` hears of every STOP how it went, on that thread.
  public init(
    _ directory: RuntimeDirectory,
    told: @escaping @Sendable (StopAct, StatusView.StopNotice) -> Void
  ) throws(ConsoleError) {
    self.directory = directory
    self.told = told
    bell = try Bell()
    let thread = Thread { [self] in run() }
    thread.name = "stop"
    thread.start()
  }

  /// STOP. Answers at once; acts that come while one is on its way are sent after it.
  public func stop(_ act: StopAct) {
    state.withLock { state in
      // Each repeats what the first does: a few waiting ones are enough.
      if state.acts.count < 4 { state.acts.append(act) }
      state.latest = .sent
      state.said += 1
    }
    bell.ring()
  }

  /// How often STOP was said here. What was begun before another one is not gone on with.
  var said: Int { state.withLock { $0.said } }

  /// How the last STOP went.
  public var latest: StatusView.StopNotice? { state.withLock { $0.latest } }

  /// A status that is newer than a STOP which was not confirmed shows outputs inactive. Answers
  /// whether there was such a STOP.
  func settle() -> Bool {
    state.withLock { state in
      guard state.acts.isEmpty else { return false }
      switch state.latest {
      case .failed, .unconfirmed:
        state.latest = .inactiveByNow
        return true
      case .sent, .inactive, .inactiveByNow, nil: return false
      }
    }
  }

  /// The session that was stopped is past, and another one stands or is armed.
  public func forget() {
    state.withLock { state in if state.acts.isEmpty { state.latest = nil } }
  }

  /// Forgets a STOP that went well. One that did not is an alarm as long as its session may run.
  func forgetSuccess() {
    switch latest {
    case .inactive, .inactiveByNow: forget()
    case .sent, .unconfirmed, .failed, nil: break
    }
  }

  private func run() {
    while true {
      _ = Bell.wait(for: [bell.descriptor], atMost: .seconds(60))
      bell.silence()
      while let act = state.withLock({ $0.acts.isEmpty ? nil : $0.acts.removeFirst() }) {
        let notice = Self.deliver(directory)
        state.withLock { $0.latest = notice }
        told(act, notice)
      }
    }
  }

  /// Sends STOP and waits for what came of it: over `stop.sock`, or where that fails over the
  /// sockets for watching and commands.
  public static func deliver(_ directory: RuntimeDirectory) -> StatusView.StopNotice {
    let begun = ConsoleClock.now
    let failure: ControlClientError
    do throws(ControlClientError) {
      let client = try StopClient(directory)
      return notice(try client.stop(timeout_ms: patience_ms), since: begun)
    } catch {
      failure = error
    }
    for path in [directory.control, directory.monitor] {
      do throws(ControlClientError) {
        let client = try ControlClient(path: path)
        return notice(try client.call(StopRequest(), timeout_ms: patience_ms), since: begun)
      } catch {
        continue
      }
    }
    return .failed("\(failure)")
  }

  private static func notice(
    _ answer: StopRequest.Response, since begun: Nanoseconds
  ) -> StatusView.StopNotice {
    let roundTrip = ConsoleClock.now - begun
    guard answer.inactive, answer.reaction_us >= 0 else {
      return .unconfirmed(roundTrip: roundTrip)
    }
    return .inactive(reaction: .microseconds(answer.reaction_us), roundTrip: roundTrip)
  }
}
