// Decides: how fast a 30-minute two-channel session runs in virtual time, log included.
// Leaves to others: the session itself (SessionController).

import DoseLog
import Foundation
import ProtocolLibrary
import SessionController
import StimulationCore

enum SessionBench {
  static func run() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmes-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let therapy = try ProtocolLibrary.loadProtocol(file: "Protocols/large-muscle-tetanic.yaml")
    guard let today = CalendarDate(year: 2026, month: 1, day: 1) else { return }
    let request = SessionRequest(
      therapy: therapy, patient: "BENCH", muscle: "quadriceps",
      electrodeAreas: [.squareCentimetres(180), .squareCentimetres(180)],
      amplitude: .milliamperes(50), today: today)
    let planned = try request.makeSession(on: SimulatedRun.capabilities(channelCount: 2))
    var options = RunOptions(actor: "bench")
    options.isPaced = false
    options.progressInterval = .seconds(60)
    let writer = try DoseLogWriter(path: folder.appendingPathComponent("dose.sqlite").path)
    let processor = ProcessTime.now
    var run = try SimulatedRun(
      planned, options: options, writer: writer, waker: try RunWaker()
    ) { _ in }
    var memory: [Int] = []
    let summary = try run.run { _ in memory.append(Memory.resident) }
    let used = ProcessTime.now - processor
    let simulated = Double(summary.simulated.rawValue) / 1e9
    let wall = Double(summary.wall.rawValue) / 1e9
    print("session      \(summary.outcome), \(simulated) s simulated, 2 channels, log included")
    print("             \(Int(simulated / wall)) times real time by the wall clock")
    print("             \(Int(simulated / used)) times real time by processor time")
    // The first minutes fill caches and the log's page cache.
    let early = memory.count > 10 ? memory[memory.count / 3] : memory.first ?? 0
    print(
      "memory       \(early / 1024) KiB at a third, \((memory.last ?? 0) / 1024) KiB at the end")
  }
}

/// The processor time of this process, in seconds.
enum ProcessTime {
  static var now: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}

/// The resident memory of this process, in bytes.
enum Memory {
  static var resident: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
  }
}
