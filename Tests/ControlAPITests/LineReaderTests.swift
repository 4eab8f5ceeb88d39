// Decides: that lines are cut where they end and refused beyond their bound.
// Leaves to others: sockets.

import Foundation
import Testing

@testable import ControlAPI

@Suite("Line reader") struct LineReaderTests {
  @Test("Bytes in any pieces give the same lines")
  func pieces() throws {
    let bytes = Data("one\ntwo\n\nthree\nrest".utf8)
    for size in 1...bytes.count {
      var reader = LineReader(longest: 64)
      var lines: [String] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        reader.append(bytes[start..<min(start + size, bytes.count)])
        while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
      }
      #expect(lines == ["one", "two", "", "three"], "in pieces of \(size)")
    }
  }

  @Test("A line at the bound passes and one byte more is refused")
  func bound() throws {
    var reader = LineReader(longest: 8)
    reader.append(Data("1234567\n".utf8))
    #expect(try reader.next()?.count == 7)
    reader.append(Data("12345678\n".utf8))
    #expect(throws: ControlClientError.lineTooLong(9)) { _ = try reader.next() }
    var endless = LineReader(longest: 8)
    endless.append(Data("1234567".utf8))
    #expect(try endless.next() == nil)
    endless.append(Data("8".utf8))
    #expect(throws: ControlClientError.lineTooLong(8)) { _ = try endless.next() }
  }

  @Test("The runtime directory is the option's, else the environment's, else the standard one")
  func directory() {
    let named = ["NMES_RUNTIME_DIRECTORY": "/b"]
    #expect(RuntimeDirectory(option: "/a", environment: named).path == "/a")
    #expect(RuntimeDirectory(option: nil, environment: named).control == "/b/control.sock")
    #expect(RuntimeDirectory(option: nil, environment: [:]).path == "/run/nmes")
    #expect(
      RuntimeDirectory(option: nil, environment: ["NMES_RUNTIME_DIRECTORY": ""]).path
        == "/run/nmes")
  }

  @Test("A socket that nobody listens on, and a path that is too long, are told apart")
  func connecting() {
    #expect(throws: ControlClientError.notListening("/nonexistent/control.sock", 2)) {
      _ = try ControlClient(path: "/nonexistent/control.sock")
    }
    let long = "/" + String(repeating: "a", count: 200)
    #expect(throws: ControlClientError.pathTooLong(long)) { _ = try ControlClient(path: long) }
  }
}
