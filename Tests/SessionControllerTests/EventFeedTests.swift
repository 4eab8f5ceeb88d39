// Decides: that the feed keeps a bound, and tells who fell behind it.
// Leaves to others: how events travel (ControlServerTests).

import StimulationCore
import Testing

@testable import SessionController

@Suite("Event feed") struct EventFeedTests {
  private static func feed(of count: Int) -> EventFeed {
    let feed = EventFeed()
    for number in 0..<count {
      feed.add(.action, "load", at: Nanoseconds(Int64(number)), text: "number \(number + 1)")
    }
    return feed
  }

  @Test(
    "Numbers go on without a hole, and the newest are always kept", arguments: [1, 1_024, 5_000])
  func numbers(count: Int) {
    let feed = Self.feed(of: count)
    #expect(feed.newest == UInt64(count))
    let asked = UInt64(max(0, count - EventFeed.capacity))
    let (events, gap) = feed.events(after: asked, most: .max)
    #expect(!gap, "as many as are promised are kept")
    #expect(events.map(\.sequence) == Array((asked + 1)...UInt64(count)))
    #expect(events.allSatisfy { $0.text == "number \($0.sequence)" })
  }

  @Test("Who fell behind what is kept is told of the gap, and is given all that is left")
  func gaps() {
    let feed = Self.feed(of: 5_000)
    let (events, gap) = feed.events(after: 3_000, most: .max)
    #expect(gap)
    #expect(events.count >= EventFeed.capacity && events.count < EventFeed.capacity + 129)
    #expect(events.last?.sequence == 5_000)
    let (none, noGap) = feed.events(after: 5_000)
    #expect(none.isEmpty && !noGap)
    #expect(feed.events(after: .max).events.isEmpty)
  }
}
