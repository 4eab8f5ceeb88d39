// Decides: that records beside any session have their room by kind, and that none is lost
// uncounted.
// Leaves to others: what is recorded (ControlServerTests) and the log (DoseLogTests).

import DoseLog
import Foundation
import StimulationCore
import Synchronization
import Testing

@testable import SessionController

@Suite("Records beside a session") struct IdleNotesTests {
  /// A log that stands still while it is closed, and fails when it is told to.
  private final class Log: Sendable {
    let written = Mutex<[LogAction]>([])
    let gate = DispatchSemaphore(value: 0)
    let fails = Atomic<Bool>(false)
    let isOpen = Atomic<Bool>(false)

    func open() {
      isOpen.store(true, ordering: .releasing)
      gate.signal()
    }

    func log(_ action: LogAction) -> Bool {
      if !isOpen.load(ordering: .acquiring) { gate.wait() }
      if fails.load(ordering: .acquiring) { return false }
      written.withLock { $0.append(action) }
      return true
    }

    func count(_ kind: LogActionKind, _ subject: String) -> Int {
      written.withLock { $0.filter { $0.kind == kind && $0.subject == subject }.count }
    }

    /// The numbers of the notices: commands, STOPs and alarms, refusals.
    var leftOut: [Int] {
      written.withLock { written in
        var sums = [0, 0, 0]
        for notice in written where notice.subject == "records" {
          let numbers = notice.text.split { !$0.isNumber }.compactMap { Int($0) }
          for (index, number) in numbers.enumerated() { sums[index] += number }
        }
        return sums
      }
    }
  }

  private static func action(_ kind: LogActionKind, _ subject: String) -> LogAction {
    LogAction(kind: kind, subject: subject, outcome: "o", actor: "uid 7", isSimulated: true)
  }

  @Test("In a session STOP and alarms have room that neither commands nor refusals take")
  func roomInSession() {
    let command = SessionKeeper.room(for: Self.action(.command, "amplitude"))
    #expect(command == SessionKeeper.mostActions)
    #expect(SessionKeeper.room(for: Self.action(.refusal, "amplitude")) < command)
    #expect(SessionKeeper.room(for: Self.action(.command, "stop")) > command)
    #expect(SessionKeeper.room(for: Self.action(.alarm, "start")) > command)
  }

  @Test("SR-45, SR-53: refusals by the thousand take no room of commands or STOP, and are counted")
  func refusals() {
    let log = Log()
    let notes = IdleNotes()
    func write(_ kind: LogActionKind, _ subject: String) {
      notes.write(Self.action(kind, subject)) { log.log($0) }
    }
    for _ in 0..<5_000 { write(.refusal, "session.start") }
    #expect(!notes.hasRoom(.refusals, for: 1) && notes.hasRoom(.commands, for: 100))
    for _ in 0..<40 {
      write(.command, "load")
      write(.command, "stop")
      write(.alarm, "lease")
    }
    log.open()
    notes.wait()
    #expect(log.count(.command, "load") == 40)
    let stops = log.count(.command, "stop") + log.count(.alarm, "lease")
    #expect(stops == IdleNotes.Share.stops.most)
    #expect(log.count(.refusal, "session.start") == IdleNotes.Share.refusals.most)
    #expect(
      log.leftOut == [0, 80 - IdleNotes.Share.stops.most, 5_000 - IdleNotes.Share.refusals.most])
    #expect(log.count(.notice, "records") <= 2)
  }

  @Test("SR-45: no room is known before a command is done")
  func room() {
    let log = Log()
    let notes = IdleNotes()
    for _ in 0..<IdleNotes.Share.commands.most - 1 {
      notes.write(Self.action(.command, "load")) { log.log($0) }
    }
    #expect(notes.hasRoom(.commands, for: 1) && !notes.hasRoom(.commands, for: 2))
    log.open()
    notes.wait()
    #expect(notes.hasRoom(.commands, for: IdleNotes.Share.commands.most))
    #expect(log.count(.notice, "records") == 0)
  }

  @Test("A record that could not be written is counted, and told with the next that is")
  func failing() {
    let log = Log()
    log.open()
    let notes = IdleNotes()
    log.fails.store(true, ordering: .releasing)
    for _ in 0..<5 { notes.write(Self.action(.command, "load")) { log.log($0) } }
    notes.wait()
    log.fails.store(false, ordering: .releasing)
    notes.write(Self.action(.command, "unload")) { log.log($0) }
    notes.wait()
    #expect(log.count(.command, "load") == 0 && log.count(.command, "unload") == 1)
    #expect(log.leftOut == [5, 0, 0])
  }
}
