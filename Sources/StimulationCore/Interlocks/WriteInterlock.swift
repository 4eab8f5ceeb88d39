// Decides: whether the last outputs were written and read back as written (SR-16, SR-24, SR-26).
// Leaves to others: stopping the heartbeat (controller).

/// Watches the writes.
enum WriteInterlock {
  /// The board's own outputs.
  ///
  /// - Parameter wasActive: whether the frame that was written had anything on.
  static func check(
    _ readings: borrowing Readings, coil: Bool, range: Microamperes, wasActive: Bool,
    _ latch: inout FaultLatch
  ) {
    switch readings.write {
    case .confirmed: break
    case .failed: latch.trip(.outputWriteFailed)
    case .unconfirmed: latch.trip(wasActive ? .outputWriteFailed : .unconfirmedInactive)
    }
    if readings.relayCoil != coil { latch.trip(.readBackMismatch) }
    if readings.rangeMaximum != range { latch.trip(.readBackMismatch) }
  }

  /// One channel's outputs.
  static func check(
    _ reading: ChannelReadings, against output: ChannelOutput, _ latch: inout FaultLatch,
    channel: Int
  ) {
    if reading.phase != output.phase || reading.amplitude != output.amplitude {
      latch.trip(.readBackMismatch, channel: channel)
    }
  }
}
