// Decides: which of the daemon's threads stand above ordinary ones.
// Leaves to others: the loop's own priority (the hardware-in-loop bench), and what each does.

import ControlAPI
import Foundation
import Testing

@Suite("Priorities of nmesd", .serialized) struct PriorityTests {
  /// The priorities of a process's threads that have SCHED_FIFO, ascending.
  private func priorities(_ process: Int32) -> [Int] {
    let folder = "/proc/\(process)/task"
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return tasks.compactMap { task -> Int? in
      let text = (try? String(contentsOfFile: "\(folder)/\(task)/stat", encoding: .utf8)) ?? ""
      // Priority and policy are the 40th and 41st fields; the second may hold spaces.
      let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
      guard fields.count > 38, fields[38] == "1" else { return nil }
      return Int(fields[37])
    }.sorted()
  }

  private static var mayUseFIFO: Bool { geteuid() == 0 }

  @Test(
    "Only the sockets, the log and stop.sock stand above ordinary threads, whoever made which",
    .enabled(if: mayUseFIFO, "SCHED_FIFO needs root"))
  func threads() throws {
    let bench = try Bench()
    let daemon = try bench.daemon(pace: 40)
    #expect(Bench.wait { priorities(daemon.id) == [20, 79] })
    // Idle workers of the library end after some seconds; the next are made by these threads.
    Thread.sleep(forTimeInterval: 6)
    let leader = try Leader(bench)
    try leader.start()
    #expect(try StopClient(bench.directory).stop(timeout_ms: 60_000).inactive)
    _ = try bench.monitor().call(DoseListRequest())
    #expect(priorities(daemon.id) == [20, 30, 79])
  }
}
