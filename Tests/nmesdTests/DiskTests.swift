// Decides: that a disk which fills or stands still under the daemon stops the session safely, is
// told to operator and journal, and ends nothing else.
// Leaves to others: the log's own handling (DoseLogTests), the response (HostInterlockTests).

import ControlAPI
import DoseLog
import Foundation
import Testing

/// A small file system in memory, unmounted with the value.
final class SmallDisk {
  let path: String

  static var isPermitted: Bool {
    getuid() == 0 && (try? Bench()).flatMap { try? SmallDisk($0, size: "64k") } != nil
  }

  init(_ bench: Bench, size: String) throws {
    path = bench.path("disk")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Self.run(["mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path])
  }

  deinit { try? Self.run(["umount", "-l", path]) }

  func resize(_ size: String) throws {
    try Self.run(["mount", "-o", "remount,size=\(size)", path])
  }

  static func run(_ words: [String]) throws {
    struct Failed: Error {}
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failed() }
  }
}

@Suite("Disk under nmesd", .serialized) struct DiskTests {
  @Test(
    "SR-43: a disk that fills stops the session, the daemon says so and goes on, and ends in order",
    .enabled(if: SmallDisk.isPermitted, "mounting needs root"))
  func full() throws {
    let bench = try Bench()
    let disk = try SmallDisk(bench, size: "1m")
    let log = disk.path + "/dose.sqlite"
    let daemon = try NmesdProcess(
      ["--runtime-directory", bench.directory.path, "--log", log, "--pace", "4"],
      environment: [:], errors: bench.path("err"))
    try daemon.waitUntilServing()
    let leader = try Leader(bench)
    try leader.start()
    // Whatever is left is somebody else's now.
    let filler = try FileHandle(
      forWritingTo: URL(fileURLWithPath: try Self.empty(disk.path + "/filler")))
    while (try? filler.write(contentsOf: Data(count: 4_096))) != nil {}
    let watcher = try bench.monitor()
    func status() throws -> Status { try watcher.call(StatusGetRequest(), timeout_ms: 60_000) }
    #expect(try Bench.wait { try status().state == "faulted" })
    let seen = try status()
    #expect(!seen.outputsAreActive)
    #expect(seen.faults.contains { ["SR-24", "SR-43"].contains($0.requirement) }, "\(seen.faults)")
    #expect(seen.logFailure?.contains("no space is left") == true, "\(seen.logFailure ?? "")")
    #expect(try StopClient(bench.directory).stop(timeout_ms: 60_000).inactive)
    try daemon.terminate()
    #expect(daemon.status == 0 && !daemon.wasKilled, "\(daemon.errors)")
    #expect(daemon.errors.contains("the last records are not in the log"))
    // With room again the next one closes it.
    try FileManager.default.removeItem(atPath: disk.path + "/filler")
    try disk.resize("8m")
    let next = try NmesdProcess(
      ["--runtime-directory", bench.directory.path, "--log", log], environment: [:],
      errors: bench.path("err2"))
    try next.waitUntilServing()
    #expect(next.errors.contains("closed as uncertain"))
    try next.terminate()
    let reader = try DoseLogReader(path: log)
    #expect(try reader.verify().defect == nil)
  }

  @Test("A log that may not grow any more stops the session and not the daemon")
  func limited() throws {
    let bench = try Bench()
    let daemon = try NmesdProcess(
      bench.arguments(pace: 4), environment: [:],
      launcher: [
        "/usr/bin/env", "--default-signal=XFSZ", "sh", "-c", "ulimit -f 1280 && exec \"$@\"", "sh",
      ], errors: bench.path("err"))
    try daemon.waitUntilServing()
    let leader = try Leader(bench)
    try leader.start(
      SessionLoadRequest(
        protocolName: "large-muscle-tetanic", patient: "P1", muscle: "quadriceps",
        electrodeAreas: ["180 cm2"]))
    let watcher = try bench.monitor()
    func status() throws -> Status { try watcher.call(StatusGetRequest(), timeout_ms: 60_000) }
    #expect(try Bench.wait { try status().state == "faulted" })
    #expect(try status().logFailure != nil)
    try daemon.terminate()
    #expect(daemon.status == 0 && !daemon.wasKilled, "\(daemon.errors)")
  }

  private static func empty(_ path: String) throws -> String {
    try Data().write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test(
    "SR-24: a disk that stands still stops the session, and no watchdog is told otherwise",
    .enabled(if: StalledDisk.isPermitted, "freezing a file system needs root and a loop device"))
  func stalled() throws {
    let bench = try Bench()
    let disk = try StalledDisk(bench)
    let manager = try NotifyListener(bench.path("notify"))
    let daemon = try NmesdProcess(
      ["--runtime-directory", bench.directory.path, "--log", disk.path + "/dose.sqlite"],
      environment: ["NOTIFY_SOCKET": bench.path("notify"), "WATCHDOG_USEC": "400000"],
      errors: bench.path("err"))
    try daemon.waitUntilServing()
    let leader = try Leader(bench)
    try leader.start()
    let watcher = try bench.monitor()
    func status() throws -> Status { try watcher.call(StatusGetRequest(), timeout_ms: 60_000) }
    try disk.freeze()
    #expect(try Bench.wait { try status().state == "faulted" })
    let seen = try status()
    #expect(!seen.outputsAreActive)
    #expect(seen.faults.contains { ["SR-24", "SR-43"].contains($0.requirement) }, "\(seen.faults)")
    // STOP and status need no disk.
    #expect(try StopClient(bench.directory).stop(timeout_ms: 60_000).inactive)
    try daemon.wait(for: "no sign of logger")
    while manager.next(within_ms: 0) != [] {}
    #expect(manager.next(within_ms: 1_500).allSatisfy { !$0.hasPrefix("WATCHDOG") })
    try disk.thaw()
    try daemon.wait(for: "every part moves again")
    #expect(manager.wait(for: "WATCHDOG=1") == ["WATCHDOG=1"])
    try daemon.terminate()
    #expect(daemon.status == 0, "\(daemon.errors)")
    #expect(try DoseLogReader(path: disk.path + "/dose.sqlite").verify().defect == nil)
  }

  @Test(
    "An end that waits for the disk is bounded: it says so, and the next one closes the session",
    .enabled(if: StalledDisk.isPermitted, "freezing a file system needs root and a loop device"))
  func endBounded() throws {
    let bench = try Bench()
    let disk = try StalledDisk(bench)
    let arguments = [
      "--runtime-directory", bench.directory.path, "--log", disk.path + "/dose.sqlite",
    ]
    let daemon = try NmesdProcess(arguments, environment: [:], errors: bench.path("err"))
    try daemon.waitUntilServing()
    let leader = try Leader(bench)
    try leader.start()
    try disk.freeze()
    daemon.signal(SIGTERM)
    try daemon.wait(for: "ending takes longer than 8 s")
    // The kernel lets the process go when the disk answers.
    try disk.thaw()
    try daemon.waitForEnd()
    #expect(daemon.status == 1 && !daemon.wasKilled, "\(daemon.errors)")
    let next = try NmesdProcess(arguments, environment: [:], errors: bench.path("err2"))
    try next.waitUntilServing()
    try next.terminate()
    let reader = try DoseLogReader(path: disk.path + "/dose.sqlite")
    #expect(try reader.verify().defect == nil)
    for summary in try reader.sessions(newest: 10) {
      if case .open = summary.state { Issue.record("\(summary.session) is open") }
    }
  }
}

/// A file system of its own that can be made to stand still.
final class StalledDisk {
  let path: String
  private var isFrozen = false

  static var isPermitted: Bool {
    guard getuid() == 0, let bench = try? Bench(), let disk = try? StalledDisk(bench) else {
      return false
    }
    return (try? disk.freeze()) != nil
  }

  init(_ bench: Bench) throws {
    path = bench.path("disk")
    let image = bench.path("image")
    try Data(count: 16_777_216).write(to: URL(fileURLWithPath: image))
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try SmallDisk.run(["mkfs.ext4", "-q", image])
    try SmallDisk.run(["mount", "-o", "loop", image, path])
  }

  deinit {
    try? thaw()
    try? SmallDisk.run(["umount", "-l", path])
  }

  func freeze() throws {
    try SmallDisk.run(["fsfreeze", "-f", path])
    isFrozen = true
  }

  func thaw() throws {
    guard isFrozen else { return }
    try SmallDisk.run(["fsfreeze", "-u", path])
    isFrozen = false
  }
}
