// Decides: that whatever STOP could end is known as such until it has certainly ended.
// Leaves to others: what is written of a STOP (StopTallyTests, StopTests).

import StimulationCore
import Testing

@testable import SessionController

@Suite("Activity") struct ActivityTests {
  private func at(_ milliseconds: Int64) -> Nanoseconds { .milliseconds(milliseconds) }

  @Test("SR-20: an act goes on from before it is taken up until it is answered")
  func acts() {
    var activity = Activity(at: .zero)
    #expect(activity.stillSince == .zero)
    activity.begin()
    activity.begin()
    activity.end(at: at(5))
    #expect(activity.stillSince == nil)
    activity.end(at: at(7))
    #expect(activity.stillSince == at(7))
    // Nothing in between moves it.
    activity.entered(.faulted, at: at(1), now: at(9))
    #expect(activity.stillSince == at(7))
  }

  @Test("SR-20: what the loop accepted goes on until it enters a state that STOP does not end")
  func accepted() {
    for code in StateCode.allCases {
      var activity = Activity(at: .zero)
      activity.begin()
      activity.accepted(askedAt: at(100))
      activity.end(at: at(2))
      #expect(activity.stillSince == nil)
      // The end of something before it, told late.
      activity.entered(.completed, at: at(100), now: at(3))
      #expect(activity.stillSince == nil)
      activity.entered(code, at: at(101), now: at(4))
      let isOver = code == .faulted || code == .completed
      #expect(activity.stillSince == (isOver ? at(4) : nil), "\(code)")
      // Another that is accepted goes on again.
      activity.accepted(askedAt: at(200))
      #expect(activity.stillSince == nil)
    }
  }

  @Test("An end that is told before the answer is not lost")
  func endBeforeAnswer() {
    var activity = Activity(at: .zero)
    activity.begin()
    activity.entered(.faulted, at: at(101), now: at(1))
    #expect(activity.stillSince == nil)
    activity.accepted(askedAt: at(100))
    activity.end(at: at(3))
    #expect(activity.stillSince == at(3))
  }

  @Test("A loop that has ended leaves nothing, and another begins at its own time")
  func forgotten() {
    var activity = Activity(at: .zero)
    activity.accepted(askedAt: at(9_000))
    activity.forget(at: at(5))
    #expect(activity.stillSince == at(5))
    activity.accepted(askedAt: at(1))
    activity.entered(.completed, at: at(2), now: at(8))
    #expect(activity.stillSince == at(8))
  }
}
