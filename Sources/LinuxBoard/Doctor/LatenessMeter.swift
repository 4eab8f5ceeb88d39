// Decides: how the lateness of a plain loop is measured on this machine.
// Leaves to others: the thread and its wait (CRealTime), and what the figures mean (Lateness).

import CRealTime
public import StimulationCore

/// Measures how late a thread wakes that asks for what the loop's thread asks for.
public enum LatenessMeter {
  /// The loop's safety tick.
  public static let period = Nanoseconds.milliseconds(1)
  /// The bounds of a measurement's length, in seconds.
  public static let seconds = 1...Int(NMES_LATENESS_MOST_SECONDS)
  /// Progress is told this often.
  private static let interval: Int64 = 200_000_000

  /// Measures for `seconds` a loop that spins as the board's does on this machine. Deep idle is
  /// kept off meanwhile where that is permitted.
  ///
  /// - Parameters:
  ///   - processor: on which the thread is kept; `nil` for any.
  ///   - progress: is told how much of the time is over.
  public static func measure(
    seconds: Int, priority: Int32, processor: Int32?, progress: (Nanoseconds) -> Void
  ) throws(SystemFailure) -> Lateness {
    precondition(LatenessMeter.seconds.contains(seconds), "a length within its bounds")
    var idle: SystemFailure?
    let hold: LatencyHold?
    do throws(SystemFailure) { hold = try LatencyHold() } catch {
      hold = nil
      idle = error
    }
    let found: Result<Lateness, SystemFailure>
    do throws(SystemFailure) {
      found = .success(try run(seconds, priority, processor, idle, progress))
    } catch {
      found = .failure(error)
    }
    // The hold must outlive the measurement.
    _ = consume hold
    return try found.get()
  }

  private static func run(
    _ seconds: Int, _ priority: Int32, _ processor: Int32?, _ idle: SystemFailure?,
    _ progress: (Nanoseconds) -> Void
  ) throws(SystemFailure) -> Lateness {
    let spin = WaitDescriptors.spin(.system)
    var error: Int32 = 0
    // SAFETY: (whole body) the handle is used until its end, which frees it; places exist.
    guard
      let handle = unsafe nmes_lateness_begin(
        Int64(seconds), period.rawValue, spin, Lateness.late.rawValue, priority,
        processor ?? -1, &error)
    else { throw SystemFailure(number: error) }
    let length = Nanoseconds.seconds(Int64(seconds))
    // Ends with the measurement, whose length is bounded; a starved thread is waited for below.
    let limit = nmes_clock_now() + length.rawValue + 5_000_000_000
    while nmes_clock_now() < limit {
      let elapsed = unsafe Nanoseconds(nmes_lateness_elapsed(handle))
      progress(min(elapsed, length))
      if elapsed >= length { break }
      _ = nmes_wait_until(nmes_clock_now() + interval, nil, 0, 0)
    }
    var result = nmes_lateness_result()
    var places = [UInt64](repeating: 0, count: Int(NMES_LATENESS_PLACES))
    let answer = unsafe nmes_lateness_end(handle, &result, &places)
    if answer < 0 { throw SystemFailure(answer: answer) }
    var refusals: [String] = []
    for (what, code) in [
      ("SCHED_FIFO", result.fifo_error), ("locked memory", result.memory_error),
      ("one processor", result.processor_error),
    ] where code < 0 {
      refusals.append("no \(what): \(SystemFailure(answer: code))")
    }
    if let idle { refusals.append("no hold on idle latency: \(idle)") }
    return Lateness(
      places: places, missed: result.missed, worst: Nanoseconds(result.worst_ns),
      mostLate: result.most_late, refusals: refusals)
  }
}
