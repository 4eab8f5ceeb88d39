// Decides: that every act of STOP is found at once in whatever pieces bytes arrive, and that
// nothing else on the keyboard changes the output.
// Leaves to others: sending STOP.

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Key filter") struct KeyFilterTests {
  private let empty = LineContext(isEmpty: true, isRunning: true)
  private let typed = LineContext(isEmpty: false, isRunning: true)
  private let idle = LineContext(isEmpty: true, isRunning: false)

  private func take(
    _ filter: inout KeyFilter, _ text: String, at ms: Int64 = 0, _ context: LineContext,
    awaited: Bool = false
  ) -> [KeyAction] {
    filter.take(
      Array(text.utf8), at: .milliseconds(ms), context: context, isAnswerAwaited: awaited)
  }

  private func passed(_ text: String) -> [KeyAction] { text.utf8.map { .pass($0) } }

  @Test("A lone Esc is STOP at once, whatever stands on the line")
  func escape() {
    for context in [empty, typed, idle] {
      var filter = KeyFilter()
      #expect(take(&filter, "\u{1B}", context) == [.stop(.escape)])
    }
  }

  @Test("Ctrl-C is STOP at once, also behind other bytes and within a sequence")
  func interrupt() {
    for text in ["\u{03}", "abc\u{03}", "\u{1B}[\u{03}"] {
      var filter = KeyFilter()
      #expect(
        take(&filter, text, typed).contains {
          if case .stop = $0 { return true }
          return false
        }, "\(text.debugDescription)")
    }
  }

  @Test("Space stops on an empty line and is a space on any other")
  func space() {
    var filter = KeyFilter()
    #expect(take(&filter, " ", empty) == [.stop(.space)])
    #expect(take(&filter, " ", idle) == [.stop(.space)])
    #expect(take(&filter, " ", typed) == passed(" "))
  }

  @Test("A pasted command keeps its spaces although the line is still empty on the screen")
  func paste() {
    var filter = KeyFilter()
    #expect(take(&filter, "amplitude 60 mA", empty) == passed("amplitude 60 mA"))
    // The line that follows begins empty.
    #expect(take(&filter, "\r ", empty) == passed("\r") + [.stop(.space)])
  }

  @Test("Where editing keys are in flight, Space is on the safe side")
  func flight() {
    var filter = KeyFilter()
    #expect(take(&filter, "a\u{7F} ", empty) == passed("a\u{7F}") + [.stop(.space)])
  }

  @Test(
    "The word stop is STOP with its Enter, before it is edited in",
    arguments: ["stop\r", "STOP\n", "  Stop\r"])
  func word(_ text: String) {
    var filter = KeyFilter()
    #expect(take(&filter, text, typed).contains(.stop(.word)))
  }

  @Test(
    "What follows an editing key is not taken for the whole line",
    arguments: ["note e-\u{7F}stop\r", "no\u{1B}[Dstop\r", "no\tstop\r"])
  func edited(_ text: String) {
    var filter = KeyFilter()
    #expect(!take(&filter, text, typed).contains(.stop(.word)))
    #expect(take(&filter, "stop\r", typed).contains(.stop(.word)), "the line after it")
  }

  @Test("Space behind Tab in one chunk is a space where something stands on the line")
  func tab() {
    var filter = KeyFilter()
    #expect(take(&filter, "he\t load", empty) == passed("he\t load"))
    var other = KeyFilter()
    #expect(take(&other, "\t ", empty) == passed("\t") + [.stop(.space)])
  }

  @Test("A word that only holds stop is none", arguments: ["stopp\r", "help stop\r", "nonstop\r"])
  func otherWord(_ text: String) {
    var filter = KeyFilter()
    #expect(take(&filter, text, typed) == passed(text))
  }

  @Test(
    "Arrow keys, Home, End and Delete in one piece are for editing only",
    arguments: [
      "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}OA", "\u{1B}[H", "\u{1B}[3~",
    ])
  func arrows(_ text: String) {
    var filter = KeyFilter()
    #expect(take(&filter, text, empty) == passed(text))
    #expect(take(&filter, text, empty, awaited: true) == passed(text))
  }

  @Test(
    "Other keys that send a whole sequence do nothing",
    arguments: ["\u{1B}[5~", "\u{1B}OP", "\u{1B}[1;5C", "\u{1B}[15~", "\u{1B}[Z"])
  func otherKeys(_ text: String) {
    var filter = KeyFilter()
    #expect(take(&filter, text, empty).isEmpty)
  }

  @Test("An arrow key that arrives split stops, once, and its rest is not typed")
  func split() {
    for cut in 1...2 {
      var filter = KeyFilter()
      let bytes = Array("\u{1B}[A".utf8)
      let first = filter.take(
        Array(bytes[..<cut]), at: .zero, context: typed, isAnswerAwaited: false)
      let rest = filter.take(
        Array(bytes[cut...]), at: .milliseconds(5), context: typed, isAnswerAwaited: false)
      #expect(first == [.stop(.escape)], "cut at \(cut)")
      #expect(rest.isEmpty, "cut at \(cut)")
    }
  }

  @Test("What is typed well after an Esc is typed")
  func after() {
    var filter = KeyFilter()
    _ = take(&filter, "\u{1B}", typed)
    #expect(take(&filter, "[A", at: 51, typed) == passed("[A"))
  }

  @Test("A second Esc, and Esc with another key, stop")
  func doubled() {
    var filter = KeyFilter()
    #expect(take(&filter, "\u{1B}\u{1B}", typed) == [.stop(.escape), .stop(.escape)])
    var other = KeyFilter()
    #expect(take(&other, "\u{1B}x", typed) == [.stop(.escape)])
  }

  @Test("The awaited answer is taken out in every way in which it can be split")
  func answer() {
    let bytes = Array("a\u{1B}[0nb".utf8)
    for cut in 0...bytes.count {
      var filter = KeyFilter()
      var actions = filter.take(
        Array(bytes[..<cut]), at: .zero, context: typed, isAnswerAwaited: true)
      actions += filter.take(
        Array(bytes[cut...]), at: .milliseconds(19), context: typed, isAnswerAwaited: true)
      #expect(actions == [.pass(0x61), .terminalAnswered, .pass(0x62)], "cut at \(cut)")
    }
  }

  @Test("While an answer is awaited a lone Esc stops after 20 ms at the latest")
  func heldEscape() {
    var filter = KeyFilter()
    #expect(take(&filter, "\u{1B}", typed, awaited: true).isEmpty)
    #expect(filter.deadline == .milliseconds(20))
    let early = filter.pass(to: .milliseconds(19))
    let due = filter.pass(to: .milliseconds(20))
    #expect(early.isEmpty)
    #expect(due == [.stop(.escape)])
    #expect(filter.deadline == nil)
  }

  @Test("An Esc just before the answer stops, and the answer still counts")
  func escapeBeforeAnswer() {
    var filter = KeyFilter()
    #expect(
      take(&filter, "\u{1B}\u{1B}[0n", typed, awaited: true) == [.stop(.escape), .terminalAnswered])
    var split = KeyFilter()
    #expect(take(&split, "\u{1B}", typed, awaited: true).isEmpty)
    #expect(
      take(&split, "\u{1B}[0n", at: 10, typed, awaited: true)
        == [.stop(.escape), .terminalAnswered])
  }

  @Test("The answer's rest after the 20 ms stops once and is still taken out")
  func lateAnswer() {
    var filter = KeyFilter()
    _ = take(&filter, "\u{1B}[", typed, awaited: true)
    let late = filter.pass(to: .milliseconds(25))
    #expect(late == [.stop(.escape)])
    #expect(take(&filter, "0n", at: 30, typed, awaited: true) == [.terminalAnswered])
  }

  @Test("A sequence that cannot be the answer is not waited for")
  func noHold() {
    var filter = KeyFilter()
    #expect(take(&filter, "\u{1B}O", typed, awaited: true) == [.stop(.escape)])
  }

  @Test("Plus and minus are steps only while trains run and the line is empty")
  func steps() {
    var filter = KeyFilter()
    #expect(take(&filter, "+", empty) == [.step(.up)])
    #expect(take(&filter, "-", empty) == [.step(.down)])
    #expect(take(&filter, "+", idle) == passed("+"))
    filter.settled()
    #expect(take(&filter, "+-", typed) == passed("+-"))
    var pasted = KeyFilter()
    #expect(take(&pasted, "x+", empty) == passed("x+"))
  }

  @Test("No stream of bytes, cut anywhere, loses an Esc that ends a chunk")
  func streams() {
    var seed: UInt64 = 7
    func next(_ bound: UInt64) -> UInt64 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1
      return (seed >> 33) % bound
    }
    let alphabet: [UInt8] = [0x1B, 0x5B, 0x4F, 0x30, 0x6E, 0x41, 0x3B, 0x7E, 0x61, 0x20, 0x0D]
    for _ in 0..<5_000 {
      var filter = KeyFilter()
      var now = Nanoseconds.zero
      for _ in 0..<4 {
        let chunk = (0..<next(6)).map { _ in alphabet[Int(next(UInt64(alphabet.count)))] } + [0x1B]
        now += .milliseconds(Int64(next(60)))
        let isAwaited = next(2) == 0
        var actions = filter.take(chunk, at: now, context: typed, isAnswerAwaited: isAwaited)
        now += .milliseconds(20)
        actions += filter.pass(to: now)
        #expect(actions.contains(.stop(.escape)), "\(chunk) awaited \(isAwaited)")
      }
    }
  }
}
