// Decides: how soon STOP is found in input that is no terminal's.
// Leaves to others: what a line asks for (CommandParserTests), sending STOP.

import Foundation
import Synchronization
import Testing

@testable import OperatorConsole

@Suite("Input without a terminal") struct PlainReaderTests {
  private final class Acts: Sendable {
    let all = Mutex<[StopAct]>([])

    /// The acts so far, when there are so many; whatever there is after ten seconds.
    func wait(for count: Int) -> [StopAct] {
      for _ in 0..<1_000 where all.withLock({ $0.count }) < count { usleep(10_000) }
      return all.withLock { $0 }
    }
  }

  @Test("Lines beyond the bound are dropped, which is told once, and STOP behind them is found")
  func flood() throws {
    let pipe = Pipe()
    let acts = Acts()
    let told = Mutex<[String]>([])
    let reader = try PlainReader(
      input: pipe.fileHandleForReading.fileDescriptor,
      stop: { act in acts.all.withLock { $0.append(act) } },
      told: { text in told.withLock { $0.append(text) } })
    reader.start()
    let lines = String(repeating: "x\n", count: PlainReader.mostWaiting + 10)
    try pipe.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
    for _ in 0..<1_000 where !reader.hasDropped { usleep(10_000) }
    #expect(reader.hasDropped)
    #expect(reader.waitingLines == PlainReader.mostWaiting)
    try pipe.fileHandleForWriting.write(contentsOf: Data("stop\n".utf8))
    #expect(acts.wait(for: 1) == [.word])
    for _ in 0..<1_000 where reader.waitingLines > 0 { usleep(10_000) }
    try pipe.fileHandleForWriting.write(contentsOf: Data("start\n".utf8))
    for _ in 0..<1_000 where reader.waitingLines == 0 { usleep(10_000) }
    reader.dropLines()
    #expect(reader.waitingLines == 0, "Ctrl-C as a signal drops what waits as well")
    try pipe.fileHandleForWriting.close()
    for _ in 0..<1_000 where !reader.isEnded { usleep(10_000) }
    #expect(told.withLock { $0.count { $0.contains("those behind are dropped") } } == 1)
  }

  @Test("Esc and Ctrl-C stop before any line ends; what waited and the rest of it are dropped")
  func atOnce() throws {
    for (byte, act) in [(UInt8(0x1B), StopAct.escape), (0x03, .interrupt)] {
      let pipe = Pipe()
      let acts = Acts()
      let reader = try PlainReader(
        input: pipe.fileHandleForReading.fileDescriptor,
        stop: { act in acts.all.withLock { $0.append(act) } }, told: { _ in })
      reader.start()
      try pipe.fileHandleForWriting.write(contentsOf: Data("start\nampl".utf8) + [byte])
      #expect(acts.wait(for: 1) == [act])
      try pipe.fileHandleForWriting.write(contentsOf: Data("start\nstatus\nhelp\n".utf8))
      try pipe.fileHandleForWriting.close()
      for _ in 0..<1_000 where !reader.hasAll { usleep(10_000) }
      var lines: [String] = []
      while let line = reader.next() { lines.append(line) }
      // The thread ends before its descriptor is anybody else's.
      for _ in 0..<1_000 where !reader.isEnded { usleep(10_000) }
      #expect(lines == ["status", "help"])
      #expect(acts.all.withLock { $0 } == [act])
    }
  }
}

extension PlainReader {
  /// Whether the two lines behind the STOP are there.
  fileprivate var hasAll: Bool { isEnded || waitingLines == 2 }
}
