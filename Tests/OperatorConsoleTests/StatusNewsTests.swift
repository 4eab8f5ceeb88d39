// Decides: that what an operator must learn is told once, and heard where it is an alarm.
// Leaves to others: the rows of the status.

import ControlAPI
import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Status news") struct StatusNewsTests {
  private func status(
    _ lease: ConsoleStatus.Lease = .mine, faults: [ConsoleStatus.Fault] = []
  ) -> ConsoleStatus {
    var status = ConsoleStatus(board: "simulated", isSimulated: true)
    status.phase = .open
    status.state = "running"
    status.lease = lease
    status.faults = faults
    return status
  }

  private let open = ConsoleStatus.Fault(
    id: "open-electrode", requirement: "SR-27", cause: "open electrode")

  @Test("Nothing is told of a status that stays as it is")
  func still() {
    var news = StatusNews()
    #expect(news.follow(.up, status()) == StatusNews.Told())
    #expect(news.follow(.up, status()) == StatusNews.Told())
  }

  @Test("A fault is told and heard once; that the board is not checked yet is none")
  func faults() {
    var news = StatusNews()
    _ = news.follow(.up, status())
    let first = news.follow(.up, status(faults: [open]))
    #expect(first == StatusNews.Told(lines: ["SR-27 open electrode"], isAlarm: true))
    #expect(news.follow(.up, status(faults: [open])) == StatusNews.Told())
    let unchecked = ConsoleStatus.Fault(
      id: "\(InterlockID.notYetChecked.name)", requirement: "SR-02", cause: "not checked")
    #expect(news.follow(.up, status(faults: [unchecked])) == StatusNews.Told())
  }

  @Test("A lease that goes is told and heard, and to whom")
  func lease() {
    var news = StatusNews()
    _ = news.follow(.up, status())
    let taken = news.follow(.up, status(.other("nmes console (user 7)")))
    #expect(taken.isAlarm)
    #expect(taken.lines == ["nmes console (user 7) is the operator now, this console is not"])
    #expect(news.follow(.up, status(.free)) == StatusNews.Told())
    _ = news.follow(.up, status(.mine))
    #expect(news.follow(.up, status(.free)).lines.count == 1)
  }

  @Test("A lease that was given back is no alarm and no news; one that is lost afterwards is")
  func released() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.say("release")
    rig.settle()
    #expect(!rig.session.takeAlarm())
    #expect(!rig.lines.contains { $0.contains("lease is gone") }, "\(rig.lines)")
    rig.say("take")
    rig.settle()
    daemon.show { $0.lease = Status.Lease(holder: nil, mine: false, age_ms: 0) }
    rig.settle()
    #expect(rig.session.takeAlarm())
  }

  @Test("SR-52: a link that breaks is told once, with what to do while a session runs")
  func link() {
    var news = StatusNews()
    _ = news.follow(.connecting, nil)
    _ = news.follow(.up, status())
    let lost = news.follow(.lost("closed"), status())
    #expect(lost.isAlarm)
    #expect(lost.lines.contains { $0.contains("closed") })
    #expect(lost.lines.contains { $0.contains("emergency stop") })
    #expect(news.follow(.lost("again"), status()) == StatusNews.Told())
    let again = news.follow(.up, status())
    #expect(again.lines == ["the daemon answers again; take becomes the operator"])
  }

  @Test("SR-52: a status that grows old while a session runs is told and heard once")
  func silence() {
    var news = StatusNews()
    _ = news.follow(.up, status())
    #expect(news.follow(.up, status(), age: .milliseconds(900)) == StatusNews.Told())
    let silent = news.follow(.up, status(), age: .milliseconds(1_001))
    #expect(silent.isAlarm)
    #expect(silent.lines.contains { $0.contains("in doubt press the emergency stop") })
    #expect(news.follow(.up, status(), age: .seconds(2)) == StatusNews.Told())
    let fresh = news.follow(.up, status())
    #expect(fresh == StatusNews.Told(lines: ["the status is fresh again"]))
  }

  @Test("A daemon that was never there is no alarm")
  func never() {
    var news = StatusNews()
    let told = news.follow(.lost("nobody listens"), nil)
    #expect(told.lines.count == 1)
    #expect(!told.isAlarm)
  }
}
