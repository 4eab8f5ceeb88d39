// Decides: that a log whose files are taken away while it is open is a log that fails.
// Leaves to others: disks (DiskTests), and what the session does then (SessionControllerTests).

import Foundation
import StimulationCore
import Testing

@testable import DoseLog

@Suite("Files that go while the log is open") struct RemovedFilesTests {
  @Test(
    "SR-43: a log whose file is removed or replaced while it is open takes no more records",
    arguments: ["", ".head", "-wal"], [true, false])
  func removed(suffix: String, isReplaced: Bool) throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    try writer.append([record()], to: session, at: clock(1))
    let path = writer.path + suffix
    let aside = path + ".aside"
    try FileManager.default.moveItem(atPath: path, toPath: aside)
    if isReplaced { try FileManager.default.copyItem(atPath: aside, toPath: path) }
    #expect(
      logError { try writer.append([record()], to: session, at: clock(2)) }
        == .removed(path: path))
    if isReplaced { try FileManager.default.removeItem(atPath: path) }
    try FileManager.default.moveItem(atPath: aside, toPath: path)
    try writer.append([record()], to: session, at: clock(3))
  }
}
