// Decides: that a part which stands still is found in time, and one that moves is not.
// Leaves to others: what follows (nmesdTests).

import StimulationCore
import Testing

@testable import ControlServer

@Suite("Progress") struct ProgressJudgeTests {
  private static let idle = ProgressSigns(
    serverTurns: 0, busySince: nil, loggerTurns: nil, loopTime: .zero)

  @Test("SR-24: each part alone is found after a second without a sign, and not before")
  func silence() {
    var open = Self.idle
    open.loggerTurns = 0
    for part in DaemonPart.allCases where part != .command {
      var judge = ProgressJudge(open, at: .zero)
      var signs = open
      for step in 1...10 {
        let now = Nanoseconds.milliseconds(Int64(step) * 200)
        if part != .server { signs.serverTurns += 1 }
        if part != .logger { signs.loggerTurns = UInt64(step) }
        if part != .loop { signs.loopTime = now }
        let found = judge.judge(signs, at: now)
        #expect(found == (step > 5 ? [part] : []), "\(part) at \(now)")
      }
      signs.serverTurns += 1
      signs.loggerTurns = 100
      signs.loopTime = .seconds(100)
      #expect(judge.judge(signs, at: .milliseconds(2_001)) == [], "\(part) moves again")
    }
  }

  @Test("A command may wait for the disk for five seconds, and no longer")
  func command() {
    var judge = ProgressJudge(Self.idle, at: .zero)
    var signs = Self.idle
    signs.busySince = .seconds(1)
    for (seconds, expected) in [(6, []), (7, [DaemonPart.command])] as [(Int64, [DaemonPart])] {
      signs.serverTurns += 1
      #expect(judge.judge(signs, at: .seconds(seconds)) == expected)
    }
  }

  @Test("Without a session neither logger nor loop is asked for, and a new one starts afresh")
  func sessions() {
    var judge = ProgressJudge(Self.idle, at: .zero)
    var signs = Self.idle
    signs.serverTurns = 1
    #expect(judge.judge(signs, at: .seconds(60)) == [])
    signs.loggerTurns = 1
    signs.serverTurns = 2
    #expect(judge.judge(signs, at: .seconds(61)) == [])
    signs.serverTurns = 3
    #expect(judge.judge(signs, at: .milliseconds(62_001)) == [.logger, .loop])
    signs.loggerTurns = nil
    signs.serverTurns = 4
    #expect(judge.judge(signs, at: .seconds(63)) == [])
  }

  @Test("Several silent parts are all named")
  func several() {
    var judge = ProgressJudge(Self.idle, at: .zero)
    var signs = Self.idle
    signs.busySince = .zero
    #expect(judge.judge(signs, at: .seconds(10)) == [.server, .command])
  }
}
