// Decides: which points of a channel's current are recorded.
// Leaves to others: the current (ChannelPlant) and where the points go (RecordRing).

/// Records a current when it has changed by 0.1 % of full scale, at most every 20 µs; its
/// return to zero is always recorded, so that "no current" never hides in the threshold.
struct CurrentRecorder {
  private static let pause: Int64 = 20_000
  private let signal: Int
  private var recorded = 0.0
  private var recordedAt: Int64 = -1_000_000

  init(channel: Int) { signal = Signal.current(channel) }

  /// Records `steady + transient·e^(−rate·t)` mA from `start` to `end`; t in ms from `start`.
  @inline(__always)
  mutating func record(
    steady: Double, transient: Double, rate: Double, from start: Int64, to end: Int64,
    fullScale: Double, ring: inout RecordRing
  ) {
    if !ring.isRecording { return }
    if transient == 0 && steady == recorded { return }
    let threshold = fullScale * 0.001
    var time = max(start, recordedAt + CurrentRecorder.pause)
    while time < end {
      var value = steady
      if transient != 0 {
        value += transient * exponential(-rate * Double(time - start) * 1e-6)
      }
      if abs(value - recorded) >= threshold || (value == 0 && recorded != 0) {
        ring.append(signal, value * 1_000, at: time)
        recorded = value
        recordedAt = time
      } else if abs(steady - value) < threshold {
        // What is left of the transient stays below the threshold of this point or reaches it
        // at the steady value; look once more at the end.
        if abs(steady - recorded) < threshold { return }
      }
      if transient == 0 { return }
      time += CurrentRecorder.pause
    }
  }
}
