// Decides: that bytes become the same lines however they come, and which STOP a line belongs to.
// Leaves to others: the connection (BadInputTests, StopTests).

import ControlAPI
import NIOCore
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Bytes becoming lines") struct LineIntakeTests {
  private func arrival(
    _ text: String, before: UInt64 = 0, after: UInt64 = 0, stop: SeenStop? = nil, count: Int = 1,
    at readAt: Nanoseconds = .zero
  ) -> Arrival {
    Arrival(
      bytes: ByteBuffer(string: text), readAt: readAt, stopsBefore: before, stopsAfter: after,
      stop: stop, stopCount: stop == nil ? 0 : count)
  }

  private func all(_ intake: inout LineIntake) -> [String] {
    var found: [String] = []
    while let piece = intake.next() {
      switch piece {
      case .line(let line): found.append(String(decoding: line, as: UTF8.self))
      case .tooLong: found.append("too long")
      case .nothing: break
      }
    }
    return found
  }

  @Test("Pieces of any size make the same lines; empty ones are passed over")
  func pieces() {
    let text = "first\n\n  \nsecond and longer\n{third}\nunfinished"
    for size in 1...text.utf8.count {
      var intake = LineIntake()
      var found: [String] = []
      var rest = Substring(text)
      while !rest.isEmpty {
        intake.append(arrival(String(rest.prefix(size))))
        rest = rest.dropFirst(size)
        if size % 2 == 0 { found += all(&intake) }
      }
      found += all(&intake)
      #expect(found == ["first", "second and longer", "{third}"], "\(size)")
      #expect(intake.count == 0)
    }
  }

  @Test("A line at the bound passes, one byte more is refused once, and the next line is read")
  func longest() {
    let most = ControlLimits.longestRequest - 1
    for (count, isRefused) in [(most, false), (most + 1, true), (3 * most, true)] {
      var intake = LineIntake()
      let line = String(repeating: "x", count: count)
      for start in stride(from: 0, to: count, by: 10_000) {
        intake.append(arrival(String(line.dropFirst(start).prefix(10_000))))
      }
      intake.append(arrival("\nnext\n"))
      #expect(all(&intake) == [isRefused ? "too long" : line, "next"])
    }
  }

  @Test("A line knows how often STOP had been said when its last byte came")
  func stops() {
    var intake = LineIntake()
    intake.append(arrival("one\nt", before: 1, after: 1))
    intake.append(arrival("wo\nthree\n", before: 2, after: 2))
    var found: [UInt64] = []
    while case .line? = intake.next() { found.append(intake.stopsBefore) }
    #expect(found == [1, 2, 2])
  }

  @Test("A line knows when its last byte was read, however late it is taken")
  func readAt() {
    var intake = LineIntake()
    intake.append(arrival("one\ntw", at: .milliseconds(10)))
    intake.append(arrival("o\nthree\n", at: .milliseconds(20)))
    intake.append(arrival("four\n", at: .milliseconds(30)))
    var found: [Nanoseconds] = []
    while case .line? = intake.next() { found.append(intake.readAt) }
    #expect(found == [10, 20, 20, 30].map { .milliseconds($0) })
  }

  @Test("Lines behind a STOP in the same bytes came after it, and after no later one")
  func behindStop() {
    var intake = LineIntake()
    let stop = SeenStop()
    intake.append(arrival("before\nSTOP\nbehind\n", before: 4, after: 5, stop: stop))
    _ = intake.next()
    #expect(intake.stopsBefore == 4)
    _ = intake.next()
    #expect(intake.takeStop() === stop)
    _ = intake.next()
    #expect(intake.stopsBefore == 5)
  }

  @Test("Lines between two STOPs of one reading came before the second, and run no more")
  func betweenStops() {
    var intake = LineIntake()
    let stop = SeenStop()
    intake.append(
      arrival("STOP\nbetween\nSTOP\nbehind\n", before: 4, after: 5, stop: stop, count: 2))
    _ = intake.next()
    #expect(intake.takeStop() === stop)
    _ = intake.next()
    #expect(intake.stopsBefore == 4)
    _ = intake.next()
    #expect(intake.takeStop() === stop)
    _ = intake.next()
    #expect(intake.stopsBefore == 5)
  }

  @Test("A STOP within another line is no later line's")
  func stopOfNoLine() {
    var intake = LineIntake()
    intake.append(arrival("a line with STOP in it\n", before: 0, after: 1, stop: SeenStop()))
    intake.append(arrival("STOP that nobody saw\n", before: 1, after: 1))
    _ = intake.next()
    _ = intake.next()
    #expect(intake.takeStop() == nil)
  }

  @Test("Each line that says nothing is a piece of its own, so that many of them are bounded")
  func nothing() {
    var intake = LineIntake()
    intake.append(arrival(String(repeating: "\n", count: 1_000)))
    var pieces = 0
    while case .nothing? = intake.next() { pieces += 1 }
    #expect(pieces == 1_000)
  }

  @Test("A STOP that was found before its line was whole is the line's, and no later line's")
  func stopInPieces() {
    var intake = LineIntake()
    let stop = SeenStop()
    intake.append(arrival("STO", before: 0, after: 1, stop: stop))
    #expect(all(&intake).isEmpty)
    intake.append(arrival("P\nother\n", before: 1, after: 1))
    _ = intake.next()
    #expect(intake.takeStop() === stop)
    intake.append(arrival("third\n", before: 1, after: 1))
    _ = intake.next()
    _ = intake.next()
    #expect(intake.takeStop() == nil)
  }

  @Test("What comes of a STOP is told to whoever asks before and after, once each")
  func outcome() {
    let stop = SeenStop()
    var told: [Bool] = []
    stop.whenEnded { inactive, _ in told.append(inactive) }
    #expect(told.isEmpty)
    stop.end(inactive: true, after: .microseconds(70))
    stop.whenEnded { inactive, after in told.append(inactive && after == .microseconds(70)) }
    #expect(told == [true, true])
  }

  @Test("Nothing is left of what was dropped")
  func dropped() {
    var intake = LineIntake()
    intake.append(arrival("one\ntwo\n"))
    _ = intake.next()
    intake.drop()
    #expect(intake.count == 0)
    #expect(all(&intake).isEmpty)
  }
}
