// Decides: that what is typed is STOP once, and that keys act where they may.
// Leaves to others: which bytes are what (KeyFilterTests).

import Foundation
import StimulationCore
import Synchronization
import Testing

@testable import OperatorConsole

@Suite("Reading keys") struct TerminalReaderTests {
  /// What keys have led to.
  private final class Seen: Sendable {
    let stops = Mutex<[StopAct]>([])
    let steps = Mutex(0)
  }

  private let seen = Seen()
  private let pipe = Pipe()

  private func reader() throws -> TerminalReader {
    let seen = seen
    let reader = try TerminalReader(
      input: pipe.fileHandleForReading.fileDescriptor, presence: Presence(), isRunning: { true },
      stop: { act in seen.stops.withLock { $0.append(act) } },
      step: { _ in seen.steps.withLock { $0 += 1 } })
    reader.start()
    return reader
  }

  private func type(_ text: String) throws {
    try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  }

  /// Takes bytes until a line has ended.
  private func line(_ reader: TerminalReader) throws -> String {
    var bytes: [UInt8] = []
    let limit = Date(timeIntervalSinceNow: 30)
    while bytes.last != 0x0D {
      guard Date() < limit else { throw CancellationError() }
      switch reader.next() {
      case .byte(let byte): bytes.append(byte)
      case .dropLine: bytes = []
      case nil: usleep(1_000)
      }
    }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// Ends the reader's thread before its descriptor is anybody else's.
  private func end(_ reader: TerminalReader) throws {
    try pipe.fileHandleForWriting.close()
    let limit = Date(timeIntervalSinceNow: 30)
    while !reader.isEnded, Date() < limit { if reader.next() == nil { usleep(1_000) } }
    #expect(reader.isEnded)
  }

  @Test("SR-20: the word stop acts at its Enter, and only that line has stopped already")
  func word() throws {
    let reader = try reader()
    try type("stop\rhelp\rstop it\rstop\r")
    #expect(try line(reader) == "stop")
    #expect(reader.hasStopped)
    #expect(try line(reader) == "help")
    #expect(!reader.hasStopped)
    #expect(try line(reader) == "stop it")
    #expect(!reader.hasStopped, "not found in the keys: the line is STOP when it is taken")
    #expect(try line(reader) == "stop")
    #expect(reader.hasStopped)
    // The keys of a chunk can be taken a moment before its STOPs are sent.
    let limit = Date(timeIntervalSinceNow: 30)
    while seen.stops.withLock({ $0.count < 2 }), Date() < limit { usleep(1_000) }
    #expect(seen.stops.withLock { $0 } == [.word, .word])
    try end(reader)
  }

  @Test(
    "What was typed before STOP is dropped when it is said, and what is typed after it is kept",
    arguments: [false, true])
  func dropped(isSignal: Bool) throws {
    let reader = try reader()
    try type("amplitude 5")
    usleep(50_000)
    if isSignal { reader.dropLine() } else { try type("\u{03}") }
    usleep(50_000)
    try type("hazards\r")
    usleep(50_000)
    #expect(reader.next() == .dropLine, "before anything that is typed afterwards")
    #expect(try line(reader) == "hazards")
    try type("st\u{03}op\r")
    #expect(try line(reader) == "op")
    #expect(!reader.hasStopped)
    #expect(!seen.stops.withLock { $0.contains(.word) })
    try end(reader)
  }

  @Test("No key is a step while a question waits; Space is STOP all the same")
  func asking() throws {
    let reader = try reader()
    reader.edited(isLineEmpty: true, isAsking: true)
    try type("+\r")
    #expect(try line(reader) == "+")
    reader.edited(isLineEmpty: true, isAsking: true)
    try type(" ")
    reader.edited(isLineEmpty: true, isAsking: false)
    let limit = Date(timeIntervalSinceNow: 30)
    while seen.stops.withLock({ $0.isEmpty }), Date() < limit { usleep(1_000) }
    #expect(seen.stops.withLock { $0 } == [.space])
    #expect(seen.steps.withLock { $0 } == 0)
    try type("-")
    while seen.steps.withLock({ $0 == 0 }), Date() < limit { usleep(1_000) }
    #expect(seen.steps.withLock { $0 } == 1)
    try end(reader)
  }
}
