// Decides: how lines come where there is no terminal to edit on; STOP is found on this thread.
// Leaves to others: what the other lines ask for (ConsoleSession).

import Foundation
internal import StimulationCore
import Synchronization

/// Reads plain lines on a thread of its own.
final class PlainReader: Sendable {
  /// The most lines that wait. Reading goes on beyond it, since STOP may come; what else comes is
  /// dropped, which is told and makes the console fail.
  static let mostWaiting = 10_000
  static let longestLine = 4_096
  private static let escape: UInt8 = 0x1B
  private static let interrupt: UInt8 = 0x03

  private struct State {
    var lines: [String] = []
    var isEnded = false
    var hasDropped = false
  }

  private let input: Int32
  private let stop: @Sendable (StopAct) -> Void
  private let told: @Sendable (String) -> Void
  private let state = Mutex(State())
  let bell: Bell

  init(
    input: Int32, stop: @escaping @Sendable (StopAct) -> Void,
    told: @escaping @Sendable (String) -> Void
  ) throws(ConsoleError) {
    self.input = input
    self.stop = stop
    self.told = told
    bell = try Bell()
  }

  func start() {
    let thread = Thread { [self] in run() }
    thread.name = "lines"
    thread.start()
  }

  /// The next line; `nil` when there is none now.
  func next() -> String? {
    state.withLock { $0.lines.isEmpty ? nil : $0.lines.removeFirst() }
  }

  /// How many lines wait.
  var waitingLines: Int { state.withLock { $0.lines.count } }

  /// Whether lines were dropped because too many waited.
  var hasDropped: Bool { state.withLock { $0.hasDropped } }

  /// Whether no more lines come.
  var isEnded: Bool { state.withLock { $0.isEnded && $0.lines.isEmpty } }

  /// Which act of STOP a line is: the word, nothing but spaces, Esc or Ctrl-C in it.
  static func act(of line: String) -> StopAct? {
    if line.unicodeScalars.contains("\u{1B}") { return .escape }
    if line.unicodeScalars.contains("\u{03}") { return .interrupt }
    if CommandParser.isStop(line) { return .word }
    let isBlank = !line.isEmpty && line.allSatisfy { $0 == " " }
    return isBlank ? .space : nil
  }

  private func run() {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    var partial: [UInt8] = []
    var isDropping = false
    while true {
      // SAFETY: the call fills at most the buffer's bytes.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(input, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      for byte in buffer[..<count] {
        if byte == Self.escape || byte == Self.interrupt {
          // At once, whether or not a line end follows; the rest of the line asks for nothing.
          act(byte == Self.escape ? .escape : .interrupt)
          partial = []
          isDropping = true
        } else if byte == 0x0A && isDropping {
          isDropping = false
        } else if isDropping {
          continue
        } else if byte == 0x0A {
          take(partial)
          partial = []
        } else if partial.count < Self.longestLine {
          partial.append(byte)
        }
      }
    }
    if !partial.isEmpty { take(partial) }
    state.withLock { $0.isEnded = true }
    bell.ring()
  }

  private func take(_ bytes: [UInt8]) {
    let line = String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes[...], as: UTF8.self)
    if let act = Self.act(of: line) { return self.act(act) }
    let isFirstDropped = state.withLock { state in
      guard state.lines.count >= Self.mostWaiting else {
        state.lines.append(line)
        return false
      }
      defer { state.hasDropped = true }
      return !state.hasDropped
    }
    if isFirstDropped { told("more than \(Self.mostWaiting) lines wait: those behind are dropped") }
    bell.ring()
  }

  /// STOP.
  private func act(_ act: StopAct) {
    stop(act)
    dropLines()
  }

  /// STOP was said: what stood before it in the queue is not carried out after it.
  func dropLines() {
    let dropped = state.withLock { state in
      defer { state.lines = [] }
      return state.lines.count
    }
    if dropped > 0 { told("STOP drops \(dropped) lines that waited before it") }
  }
}
