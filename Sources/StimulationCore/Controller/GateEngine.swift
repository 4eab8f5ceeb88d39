// Decides: when the board's short-pulse sequencer runs, and that it counts what was commanded.
// Leaves to others: the phases themselves (the board) and when trains begin (ChannelRun).

/// One channel's pulses of phases that the board times.
///
/// Stopping the gate ends a pulse at once, so that a planned stop waits for the rest between
/// pulses. The board holds the amplitude of each pulse from its first edge.
struct GateEngine {
  private(set) var isRunning = false
  /// When the last counted pulse began, or before the first when the gate was started.
  private(set) var pulseBeganAt = Nanoseconds.zero
  private var startedAt = Nanoseconds.zero
  private var countedSinceStart: Int64 = 0
  private var lastCount: UInt32?
  private var lookedAt = Nanoseconds.zero
  private var stoppedAt = Nanoseconds.notYet

  /// Starts the sequencer.
  mutating func start(at now: Nanoseconds) {
    isRunning = true
    startedAt = now
    pulseBeganAt = now
    lookedAt = now
    countedSinceStart = 0
  }

  /// When the next pulse begins.
  private func nextPulseAt(_ pulse: PulsePlan) -> Nanoseconds {
    countedSinceStart == 0 ? startedAt : pulseBeganAt + pulse.pulsePeriod
  }

  /// Whether the next pulse is far enough away for a stop between pulses.
  func mayStop(_ pulse: PulsePlan, at now: Nanoseconds) -> Bool {
    nextPulseAt(pulse) - now > .microseconds(500)
  }

  /// Stops the sequencer.
  mutating func stop(at now: Nanoseconds) {
    if isRunning { stoppedAt = now }
    isRunning = false
  }

  /// How long into a pulse the gate is that may be in progress at `now`, counted or just begun;
  /// `nil` between pulses and while it stands.
  func into(_ pulse: PulsePlan, at now: Nanoseconds) -> Nanoseconds? {
    guard isRunning else { return nil }
    let next = nextPulseAt(pulse)
    if now > next { return now - next }
    let into = now - pulseBeganAt
    return countedSinceStart > 0 && into < pulse.duration ? into : nil
  }

  /// Whether the last pulse before the stop, and its recharge, are over.
  func isQuiet(_ pulse: PulsePlan, at now: Nanoseconds) -> Bool {
    !isRunning && now - stoppedAt > quietAfter(pulse)
  }

  /// Since when nothing may flow, after a stop or between two pulses of a gate that runs; `nil`
  /// while a pulse is on or near.
  func quietSince(_ pulse: PulsePlan, at now: Nanoseconds) -> Nanoseconds? {
    guard isRunning else {
      return now - stoppedAt > quietAfter(pulse) ? stoppedAt + quietAfter(pulse) : nil
    }
    let since = pulseBeganAt + GateEngine.clockDoubt + quietAfter(pulse)
    let isBetween = countedSinceStart > 0 && mayStop(pulse, at: now)
    return isBetween && now > since ? since : nil
  }

  /// A capacitor's recharge belongs to the pulse; the board's bleeder ends it within 10 ms. A
  /// mirrored recovery leaves no more than the two phases differ by.
  private func quietAfter(_ pulse: PulsePlan) -> Nanoseconds {
    pulse.duration + (pulse.recovery == .capacitor ? .milliseconds(10) : .milliseconds(2))
  }

  /// The tick in which a pulse is counted comes so much after it at the latest.
  private static let clockDoubt = Nanoseconds.milliseconds(1)

  /// Takes the board's count; answers the pulses started since the last wake-up, or `nil` when
  /// the count is not one that the commanded gate can give.
  ///
  /// The board's clock may differ from this one by 0.1 %, which adds up over a train.
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
    if new > 0 { follow(pulse, at: now) }
    lookedAt = now
    countedSinceStart += new
    if !isRunning {
      let mayFinish = now - stoppedAt <= .milliseconds(2) + pulse.duration
      return new == 0 || (new == 1 && mayFinish) ? new : nil
    }
    let elapsed = now - startedAt
    let tolerance = .milliseconds(2) + elapsed / 1_000
    let most = (elapsed + tolerance) / pulse.pulsePeriod + 1
    let fewest = elapsed < tolerance ? 0 : (elapsed - tolerance) / pulse.pulsePeriod + 1
    return countedSinceStart <= most && countedSinceStart >= fewest ? new : nil
  }

  /// The pulse that is counted now began between the last look and this one: where the board's
  /// clock has drifted out of that, it is followed.
  private mutating func follow(_ pulse: PulsePlan, at now: Nanoseconds) {
    pulseBeganAt = min(max(nextPulseAt(pulse), lookedAt), now)
  }
}
