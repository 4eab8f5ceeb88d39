// Decides: how late the loop wakes on the real clock, beside a plain C loop in the same run.
// Leaves to others: the waits themselves (SimulatedBoard, PlainLoop).

import PlainLoop
import RealTimeLoop
import SimulatedBoard
import StimulationCore
import Synchronization

enum LatenessBench {
  private static let priority: Int32 = 80
  private static let turns = 5_000
  private static let rounds = 4

  static func run() throws {
    print("lateness     \(RealTimeScheduling.request(priority: priority)), 1 ms ticks")
    var loop: [Int64] = []
    var plain: [Int64] = []
    // In turn, so that both see the same machine.
    for _ in 0..<rounds {
      plain += plainLoop()
      loop += try realTimeLoop()
    }
    show("plain C loop", plain)
    show("loop", loop)
    print(
      "             ratio \(ratio(loop, plain, 0.5)) at the median, "
        + "\(ratio(loop, plain, 0.999)) at the 99.9th percentile (aim 1.1)")
  }

  private static func plainLoop() -> [Int64] {
    var lateness = [Int64](repeating: 0, count: turns)
    // SAFETY: the array has room for `turns` values, which is what the call writes.
    let result = unsafe lateness.withUnsafeMutableBufferPointer {
      unsafe nmes_plain_loop(1_000_000, 50_000, Int32(turns), $0.baseAddress)
    }
    precondition(result == 0, "the plain loop can wait")
    return lateness
  }

  /// The product's loop on a thread of its own, through a session on the simulated board and the
  /// real clock.
  private static func realTimeLoop() throws -> [Int64] {
    let result = Mutex<Result<[Int64], any Error>>(.success([]))
    let thread = try RealTimeThread(priority: priority) {
      let outcome = Result { try session() }
      result.withLock { $0 = outcome }
    }
    thread.join()
    return try result.withLock { try $0.get() }
  }

  /// Turns of sessions, from self-check into trains. A machine that is late beyond SR-25 trips
  /// them; then the next begins, as often as it takes.
  private static func session() throws -> [Int64] {
    var lateness: [Int64] = []
    lateness.reserveCapacity(turns)
    while lateness.count < turns {
      var session = try BenchSession(
        BenchPlan.tetanic(channels: 1, trains: 20),
        SimulatedBoardConfiguration(
          channelCount: 1, electrodeArea: .squareCentimetres(180),
          clock: .real(requestDescriptor: nil)), target: .milliamperes(10))
      session.loop.settle()
      while lateness.count < turns && !session.isOver {
        let deadline = session.loop.controller.nextDeadline
        session.turn()
        if deadline != .never { lateness.append((session.loop.now - deadline).rawValue) }
      }
    }
    return lateness
  }

  private static func percentile(_ values: [Int64], _ share: Double) -> Double {
    let sorted = values.sorted()
    return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
  }

  private static func ratio(_ one: [Int64], _ other: [Int64], _ share: Double) -> Double {
    (percentile(one, share) / max(percentile(other, share), 1) * 100).rounded() / 100
  }

  private static func show(_ name: String, _ values: [Int64]) {
    let micro = { (share: Double) in (percentile(values, share) / 100).rounded() / 10 }
    print("             \(name): \(micro(0.5)) µs median, \(micro(0.999)) µs at 99.9 %")
  }
}
