// Decides: how log lines look, that nobody waits for their reader, and that lost ones are told.
// Leaves to others: what is logged.

import Foundation
import Logging
import StimulationCore
import Synchronization
import Testing

@testable import ControlServer

@Suite("Journal") struct JournalTests {
  @Test("A line has its priority for the journal, and its level for people")
  func forms() {
    let priorities: [(Logger.Level, Int)] = [
      (.trace, 7), (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3),
      (.critical, 2),
    ]
    for (level, priority) in priorities {
      #expect(Journal.line(.journal, level, "text") == "<\(priority)>text")
    }
    #expect(Journal.line(.terminal, .warning, "text") == "nmesd: warning: text")
  }

  @Test("Nothing in a message makes a second line or a long one")
  func oneLine() {
    let line = Journal.line(.journal, .info, "a\n<0>b\r\u{1B}[2J\u{2028}c")
    #expect(line == "<6>a\\u{a}<0>b\\u{d}\\u{1b}[2J\\u{2028}c")
    let long = Journal.line(.journal, .info, String(repeating: "x", count: 100_000))
    #expect(long.count == 3 + Journal.longestLine)
  }

  @Test("Levels below the journal's are not written, and metadata stands behind the text")
  func levels() throws {
    let pipe = Pipe()
    let journal = Journal(
      descriptor: pipe.fileHandleForWriting.fileDescriptor, form: .journal, level: .notice)
    var logger = journal.logger("test")
    logger[metadataKey: "uid"] = "7"
    logger.info("hidden")
    logger.notice("shown", metadata: ["a": "b"])
    journal.level = .debug
    logger.debug("now shown")
    journal.drain(.seconds(60))
    try pipe.fileHandleForWriting.close()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text == "<5>shown a=b uid=7\n<7>now shown uid=7\n")
  }

  @Test("A reader that stands still holds nobody up, and the lost lines are counted and told")
  func stalledReader() throws {
    let pipe = Pipe()
    let writer = LineWriter(pipe.fileHandleForWriting.fileDescriptor, most: 4) { "lost \($0)" }
    let padding = String(repeating: "x", count: 1_023)
    // A pipe holds 64 KiB; the writer then stands with one line in its hand.
    for _ in 0..<64 {
      writer.write(padding)
      writer.drain(.seconds(60))
    }
    for _ in 0..<100 { writer.write(padding) }
    #expect(writer.dropped > 0)
    let reading = Mutex(Data())
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let all = pipe.fileHandleForReading.readDataToEndOfFile()
      reading.withLock { $0 = all }
      done.signal()
    }
    writer.drain(.seconds(60))
    let dropped = writer.dropped
    writer.write("last")
    writer.drain(.seconds(60))
    try pipe.fileHandleForWriting.close()
    #expect(done.wait(timeout: .now() + 60) == .success)
    let lines = String(decoding: reading.withLock { $0 }, as: UTF8.self).split(separator: "\n")
    let told = lines.compactMap { $0.hasPrefix("lost ") ? UInt64($0.dropFirst(5)) : nil }
    #expect(told.reduce(0, +) == dropped)
    #expect(lines.last == "last")
    #expect(lines.count - told.count == 165 - Int(dropped))
  }
}
