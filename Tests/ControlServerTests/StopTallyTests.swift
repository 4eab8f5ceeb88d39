// Decides: that STOPs which found nothing are counted, each once, in few records.
// Leaves to others: which found nothing (ActivityTests), and the way into the log (StopTests).

import StimulationCore
import Testing

@testable import ControlServer

@Suite("Counting STOPs") struct StopTallyTests {
  /// What became of a loop of STOPs.
  private struct Loop {
    var own = 0
    var records: [StopTally.Joined] = []
    var counted: UInt64 { records.reduce(UInt64(own)) { $0 + $1.count } }
  }

  /// STOPs of `users` in turn, one every `period` for `time`, looked at every 100 ms.
  private func loop(
    _ tally: inout StopTally, users: [UInt32] = [7], every period: Nanoseconds,
    for time: Nanoseconds
  ) -> (Loop, said: UInt64) {
    var loop = Loop()
    var said: UInt64 = 0
    var nextLook = Nanoseconds.milliseconds(100)
    var now = Nanoseconds.zero
    while now < time {
      while nextLook <= now {
        loop.records += tally.due(at: nextLook)
        nextLook += .milliseconds(100)
      }
      let user = users[Int(said) % users.count]
      if tally.isOfItsOwn(user, after: .microseconds(50), at: now) { loop.own += 1 }
      said += 1
      now += period
    }
    loop.records += tally.close()
    return (loop, said)
  }

  @Test("The first is of its own, those within a second are one record, and a late one is its own")
  func window() {
    var tally = StopTally()
    func check<T: Equatable>(_ found: T, _ expected: T, _ line: Int = #line) {
      #expect(found == expected, "line \(line)")
    }
    check(tally.isOfItsOwn(7, after: .microseconds(10), at: .zero), true)
    check(tally.isOfItsOwn(7, after: .microseconds(30), at: .milliseconds(200)), false)
    check(tally.isOfItsOwn(7, after: .microseconds(20), at: .milliseconds(900)), false)
    check(tally.isOfItsOwn(8, after: .microseconds(20), at: .milliseconds(900)), true)
    check(tally.due(at: .milliseconds(999)), [])
    var joined = StopTally.Joined(
      uid: 7, count: 2, from: .milliseconds(200), to: .milliseconds(900))
    joined.slowest = .microseconds(30)
    check(tally.due(at: .milliseconds(1_000)), [joined])
    check(tally.due(at: .seconds(3)), [])
    check(tally.isOfItsOwn(7, after: .zero, at: .seconds(4)), true)
  }

  @Test("SR-45: a loop of STOPs makes few records in an hour, at any pace, and each is counted")
  func hour() {
    for period in [10, 250, 1_100, 5_000, 40_000] as [Int64] {
      var tally = StopTally()
      let (loop, said) = loop(&tally, every: .milliseconds(period), for: .seconds(3_600))
      #expect(loop.counted == said, "\(period)")
      #expect(loop.own + loop.records.count <= 140, "\(period): \(loop.own)")
      #expect(loop.records.allSatisfy { $0.to - $0.from <= StopTally.longest && !$0.hasOthers })
    }
  }

  @Test("SR-45: more users than are counted apart make no more records, and each STOP is counted")
  func manyUsers() {
    var tally = StopTally()
    let (loop, said) = loop(
      &tally, users: Array(0..<10_000), every: .milliseconds(1), for: .seconds(60))
    #expect(loop.counted == said)
    #expect(loop.own + loop.records.count < 8 * (StopTally.mostUsers + 1))
    #expect(loop.records.contains { $0.hasOthers })
  }

  @Test("A record that could not be handed over is counted again")
  func putBack() {
    var tally = StopTally()
    for index: Int64 in 0..<4 {
      _ = tally.isOfItsOwn(7, after: .zero, at: .milliseconds(index))
    }
    let due = tally.due(at: .seconds(1))
    #expect(due.map(\.count) == [3])
    for joined in due { tally.putBack(joined) }
    let left = tally.close()
    #expect(left == due)
    // Nothing is counted any more by somebody who ends.
    let isOwn = tally.isOfItsOwn(7, after: .zero, at: .seconds(1))
    #expect(isOwn)
  }
}
