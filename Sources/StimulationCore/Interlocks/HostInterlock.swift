// Decides: whether operator and log are still there (SR-23, SR-24, SR-43).
// Leaves to others: renewing the lease and making records durable.

/// Watches the processes and people around the loop.
enum HostInterlock {
  /// The lease is renewed within this.
  static let lease = Nanoseconds.seconds(1)
  /// The log makes progress within this.
  static let logger = Nanoseconds.seconds(1)
  /// The most on-time that may be not yet durable. Tighter than the 2 s of SR-43 by as much
  /// as finishing a pulse can take, so that the bound of SR-42 holds for what follows a trip.
  static let undurable = Nanoseconds.milliseconds(1_000)

  /// - Parameter onlyLatched: whether to look only for what tripped already, so that a reset
  ///   waits until it is gone.
  static func check(
    _ request: borrowing Request, sessionOnTime: Nanoseconds, onlyLatched: Bool,
    at now: Nanoseconds, _ latch: inout FaultLatch
  ) {
    let seen = latch.all
    if now - request.leaseRenewedAt > lease && (!onlyLatched || seen.contains(.leaseLost)) {
      latch.trip(.leaseLost)
    }
    if now - request.loggerProgressAt > logger && (!onlyLatched || seen.contains(.loggerSilent)) {
      latch.trip(.loggerSilent)
    }
    if sessionOnTime - request.durableOnTime > undurable
      && (!onlyLatched || seen.contains(.undurableDose))
    {
      latch.trip(.undurableDose)
    }
  }
}
