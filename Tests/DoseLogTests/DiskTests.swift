// Decides: what the log does on a real file system that is full or cannot be written.
// Leaves to others: a full database file (OpeningTests).
//
// Mounting needs root; elsewhere these tests are skipped and say so.

import Foundation
import GRDB
import StimulationCore
import Testing

@testable import DoseLog

@Suite("Disks", .enabled(if: Mount.isPermitted, "mounting needs root"))
struct DiskTests {
  @Test("A full disk: append throws, every record it answered for is there, the chain verifies")
  func full() throws {
    let mount = try Mount(options: "size=1m")
    let path = mount.directory + "/dose.sqlite"
    let writer = try DoseLogWriter(path: path)
    let session = try writer.beginSession(intent(), at: clock(0))
    var kept: Int64 = 0
    var error: DoseLogError?
    while error == nil && kept < 20_000 {
      error = logError {
        try writer.append([record(train: Int32(kept + 1))], to: session, at: clock(1))
      }
      if error == nil { kept += 1 }
    }
    #expect(error == .diskFull(path: writer.path))
    #expect(error?.isRefusal == true)
    #expect(kept > 0)
    #expect(try writer.reader.session(session).channels[0].trains == kept)
    #expect(try writer.reader.verify().defect == nil)
    #expect(try writer.reader.verify().recordsChecked == kept + 4)
  }

  @Test("A disk without room for a log refuses it before anything starts")
  func noRoom() throws {
    let mount = try Mount(options: "size=64k")
    let error = logError { _ = try DoseLogWriter(path: mount.directory + "/dose.sqlite") }
    guard case .diskFull = error else {
      Issue.record("\(error?.description ?? "opened")")
      return
    }
  }

  @Test("A read-only disk refuses a new log and an old one, and leaves the old one whole")
  func readOnly() throws {
    let mount = try Mount(options: "size=4m")
    let path = mount.directory + "/dose.sqlite"
    do {
      let writer = try DoseLogWriter(path: path)
      _ = try writer.beginSession(intent(), at: clock(0))
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    try mount.remount("ro")
    for name in ["/dose.sqlite", "/other.sqlite", "/folder/other.sqlite"] {
      let error = logError { _ = try DoseLogWriter(path: mount.directory + name) }
      switch error {
      case .readOnly, .cannotOpen: break
      default: Issue.record("\(name): \(error?.description ?? "opened")")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    try mount.remount("rw")
    #expect(try DoseLogReader.verify(path: path).isIntact)
  }

  @Test("A log on a read-only disk is read and verified, and one with a journal is refused by name")
  func readFromReadOnly() throws {
    let mount = try Mount(options: "size=4m")
    let path = mount.directory + "/a?b%20#c.sqlite"
    let session: SessionID
    do {
      let writer = try DoseLogWriter(path: path)
      session = try writer.beginSession(intent(), at: clock(0))
      try writer.append([record()], to: session, at: clock(1))
    }
    // As it stands while a writer is at work, with its index and without.
    let elsewhere = try LogUnderTest()
    let writer = try elsewhere.open()
    _ = try writer.beginSession(intent(), at: clock(0))
    let whole = mount.directory + "/whole.sqlite"
    let torn = mount.directory + "/torn.sqlite"
    for suffix in ["", "-wal", "-shm", ".head"] {
      try FileManager.default.copyItem(atPath: writer.path + suffix, toPath: whole + suffix)
      if suffix == "-shm" { continue }
      try FileManager.default.copyItem(atPath: writer.path + suffix, toPath: torn + suffix)
    }
    try mount.remount("ro")
    let reader = try DoseLogReader(path: path)
    #expect(try reader.session(session).channels[0].trains == 1)
    #expect(try DoseLogReader.verify(path: path).isIntact)
    let refused = LogFiles(path: torn).database
    #expect(
      logError { _ = try DoseLogReader(path: torn) } == .journalNotReadable(path: refused))
    #expect(
      logError { _ = try DoseLogReader.verify(path: torn) } == .journalNotReadable(path: refused))
    #expect(try DoseLogReader(path: whole).lastSession() != nil)
    #expect(try DoseLogReader.verify(path: whole).isIntact)
  }

  @Test("A log that another writes while it is read as still answers nothing")
  func changedWhileStill() throws {
    let mount = try Mount(options: "size=4m")
    let path = mount.directory + "/dose.sqlite"
    do {
      let writer = try DoseLogWriter(path: path)
      _ = try writer.beginSession(intent(), at: clock(0))
    }
    try mount.remount("ro")
    let reader = try DoseLogReader(path: path)
    #expect(try reader.lastSession() != nil)
    try mount.remount("rw")
    let writer = try DoseLogWriter(path: path)
    let last = try #require(try writer.reader.lastSession())
    try writer.append([record()], to: last, at: clock(1))
    #expect(
      logError { _ = try reader.lastSession() } == .journalNotReadable(path: writer.path))
    try writer.queue.close()
    #expect(logError { _ = try reader.lastSession() } == .changedWhileRead(path: writer.path))
  }
}

/// A file system in memory, unmounted with the value.
private final class Mount {
  let directory: String

  static var isPermitted: Bool {
    guard getuid() == 0, let mount = try? Mount(options: "size=64k") else { return false }
    return !mount.directory.isEmpty
  }

  init(options: String) throws {
    directory = NSTemporaryDirectory() + "nmes-disk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    do {
      try Mount.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", directory])
    } catch {
      try? FileManager.default.removeItem(atPath: directory)
      throw error
    }
  }

  func remount(_ option: String) throws {
    try Mount.run(["mount", "-o", "remount,\(option)", directory])
  }

  deinit {
    try? Mount.run(["umount", "-l", directory])
    try? FileManager.default.removeItem(atPath: directory)
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    struct Failed: Error {}
    if process.terminationStatus != 0 { throw Failed() }
  }
}
