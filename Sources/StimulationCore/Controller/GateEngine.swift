// Decides: when the board's short-pulse sequencer runs, and that it counts what was commanded.
// Leaves to others: the phases themselves (the board) and when trains begin (ChannelRun).

/// One channel's pulses of phases that the board times.
///
/// Stopping the gate ends a pulse at once, so that a planned stop waits for the rest between
/// pulses. The board holds the amplitude of each pulse from its first edge.
struct GateEngine {
  private(set) var isRunning = false
  private var startedAt = Nanoseconds.zero
  private var countedSinceStart: Int64 = 0
  private var lastCount: UInt32?
  private var stoppedAt = Nanoseconds.notYet

  /// Starts the sequencer.
  mutating func start(at now: Nanoseconds) {
    isRunning = true
    startedAt = now
    countedSinceStart = 0
  }

  /// Whether the next pulse is far enough away for a stop between pulses.
  func mayStop(_ pulse: PulsePlan, at now: Nanoseconds) -> Bool {
    startedAt + pulse.pulsePeriod * countedSinceStart - now > .microseconds(500)
  }

  /// Stops the sequencer.
  mutating func stop(at now: Nanoseconds) {
    if isRunning { stoppedAt = now }
    isRunning = false
  }

  /// Whether the last pulse before the stop, and its recharge, are over.
  func isQuiet(_ pulse: PulsePlan, at now: Nanoseconds) -> Bool {
    !isRunning && now - stoppedAt > quietAfter(pulse)
  }

  /// When the channel went quiet after a stop.
  func quietSince(_ pulse: PulsePlan) -> Nanoseconds { stoppedAt + quietAfter(pulse) }

  /// A capacitor's recharge belongs to the pulse; the board's bleeder ends it within 10 ms.
  private func quietAfter(_ pulse: PulsePlan) -> Nanoseconds {
    pulse.duration + .milliseconds(10)
  }

  /// Takes the board's count; answers the pulses started since the last wake-up, or `nil` when
  /// the count is not one that the commanded gate can give.
  mutating func count(
    _ reading: UInt32, _ pulse: PulsePlan, appliedAt: Nanoseconds, at now: Nanoseconds
  ) -> Int64? {
    guard let last = lastCount else {
      lastCount = reading
      return 0
    }
    let new = Int64(reading &- last)
    lastCount = reading
    if isRunning && countedSinceStart == 0 { startedAt = max(startedAt, min(appliedAt, now)) }
    countedSinceStart += new
    let tolerance = Nanoseconds.milliseconds(2)
    if !isRunning {
      let mayFinish = now - stoppedAt <= tolerance + pulse.duration
      return new == 0 || (new == 1 && mayFinish) ? new : nil
    }
    let elapsed = now - startedAt
    let most = (elapsed + tolerance) / pulse.pulsePeriod + 1
    let fewest = elapsed < tolerance ? 0 : (elapsed - tolerance) / pulse.pulsePeriod + 1
    return countedSinceStart <= most && countedSinceStart >= fewest ? new : nil
  }
}
