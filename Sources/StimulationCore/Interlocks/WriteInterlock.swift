// Decides: whether the last outputs were written and read back as written (SR-16, SR-24, SR-26).
// Leaves to others: stopping the heartbeat (controller).

/// Watches the writes.
enum WriteInterlock {
  static func check(
    _ readings: borrowing Readings, against frame: borrowing OutputFrame, channelCount: Int,
    _ latch: inout FaultLatch
  ) {
    switch readings.write {
    case .confirmed: break
    case .failed: latch.trip(.outputWriteFailed)
    case .unconfirmed:
      let isIdle = !isActive(frame, channelCount)
      let isReleased = !frame.relayCoil
      let isOff = isIdle && isReleased
      latch.trip(isOff ? .unconfirmedInactive : .outputWriteFailed)
    }
    if readings.relayCoil != frame.relayCoil { latch.trip(.readBackMismatch) }
    if readings.rangeMaximum != frame.rangeMaximum { latch.trip(.readBackMismatch) }
    for index in 0..<channelCount {
      let isPhase = readings.channels[index].phase == frame.channels[index].phase
      let isAmplitude = readings.channels[index].amplitude == frame.channels[index].amplitude
      if !isPhase || !isAmplitude { latch.trip(.readBackMismatch, channel: index) }
    }
  }

  /// Whether any phase or gate of a frame is on.
  static func isActive(_ frame: borrowing OutputFrame, _ channelCount: Int) -> Bool {
    for index in 0..<channelCount {
      if frame.channels[index].isActive { return true }
    }
    return false
  }
}
