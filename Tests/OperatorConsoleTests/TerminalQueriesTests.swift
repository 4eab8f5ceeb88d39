// Decides: that a terminal counts as there only while its own answers are fresh.
// Leaves to others: the lease that hangs on it.

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Terminal queries") struct TerminalQueriesTests {
  @Test("A terminal that never answered is not there")
  func silent() {
    var queries = TerminalQueries()
    #expect(!queries.isAlive(at: .zero))
    let isAsked = queries.ask(at: .zero)
    #expect(isAsked)
    #expect(queries.isAwaited)
    #expect(!queries.isAlive(at: .milliseconds(100)))
  }

  @Test("An answer counts for a second")
  func fresh() {
    var queries = TerminalQueries()
    _ = queries.ask(at: .zero)
    queries.answer(at: .milliseconds(30))
    #expect(!queries.isAwaited)
    #expect(queries.isAlive(at: .milliseconds(1_030)))
    #expect(!queries.isAlive(at: .milliseconds(1_031)))
  }

  @Test("An answer that nobody asked for proves nothing")
  func unasked() {
    var queries = TerminalQueries()
    queries.answer(at: .zero)
    #expect(!queries.isAlive(at: .zero))
  }

  @Test("On a link with a delay of several seconds no answer is fresh, although all arrive")
  func delayed() {
    var queries = TerminalQueries()
    var onTheirWay: [Int64] = []
    var wasAlive = false
    for ms in stride(from: Int64(0), to: 30_000, by: 10) {
      if queries.ask(at: .milliseconds(ms)) { onTheirWay.append(ms + 5_000) }
      while let first = onTheirWay.first, first <= ms {
        onTheirWay.removeFirst()
        queries.answer(at: .milliseconds(ms))
      }
      wasAlive = wasAlive || queries.isAlive(at: .milliseconds(ms))
    }
    #expect(!wasAlive)
  }

  @Test("On a link with a delay of 300 ms the terminal stays there")
  func ordinary() {
    var queries = TerminalQueries()
    var due: Int64?
    for ms in stride(from: Int64(0), to: 10_000, by: 10) {
      if queries.ask(at: .milliseconds(ms)) { due = ms + 300 }
      if due == ms { queries.answer(at: .milliseconds(ms)) }
      if ms > 300 { #expect(queries.isAlive(at: .milliseconds(ms)), "at \(ms) ms") }
    }
  }

  @Test("Answers that are lost for a while are got over", arguments: [1, 5_000, 12_000])
  func lost(until end: Int64) {
    var queries = TerminalQueries()
    var alive = false
    for ms in stride(from: Int64(0), to: 30_000, by: 10) {
      let isAsked = queries.ask(at: .milliseconds(ms))
      if isAsked && ms >= end { queries.answer(at: .milliseconds(ms)) }
      alive = queries.isAlive(at: .milliseconds(ms))
      if ms < end { #expect(!alive) }
    }
    #expect(alive)
  }

  @Test("A held key asks for at most five steps in any second, and down is never held back")
  func steps() {
    var rate = StepRate()
    var taken: [Int64] = []
    for ms in stride(from: Int64(0), to: 10_000, by: 3) where rate.take(.up, at: .milliseconds(ms))
    {
      taken.append(ms)
    }
    #expect(taken.count >= 45)
    for start in taken { #expect(taken.count { $0 >= start && $0 < start + 1_000 } <= 5) }
    var fallen = 0
    for ms in Int64(0)..<100 where rate.take(.down, at: .milliseconds(ms)) { fallen += 1 }
    #expect(fallen == 100)
  }
}
