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

  static func check(
    _ request: borrowing Request, sessionOnTime: Nanoseconds, at now: Nanoseconds,
    _ latch: inout FaultLatch
  ) {
    if isLeaseLost(request, now) { latch.trip(.leaseLost) }
    if isLoggerSilent(request, now) { latch.trip(.loggerSilent) }
    if isBehind(request, sessionOnTime) { latch.trip(.undurableDose) }
  }

  /// Sees whether a latched cause is still there, so that no reset is accepted before it is
  /// gone (SR-22). In `faulted` nobody needs a lease or a log, so that nothing new trips.
  static func observe(
    _ request: borrowing Request, sessionOnTime: Nanoseconds, at now: Nanoseconds,
    _ latch: inout FaultLatch
  ) {
    let isLeaseLost = isLeaseLost(request, now)
    let isLoggerSilent = isLoggerSilent(request, now)
    let isBehind = isBehind(request, sessionOnTime)
    if latch.all.contains(.leaseLost) && isLeaseLost { latch.trip(.leaseLost) }
    if latch.all.contains(.loggerSilent) && isLoggerSilent { latch.trip(.loggerSilent) }
    if latch.all.contains(.undurableDose) && isBehind { latch.trip(.undurableDose) }
  }

  private static func isLeaseLost(_ request: borrowing Request, _ now: Nanoseconds) -> Bool {
    now - request.leaseRenewedAt > lease
  }

  private static func isLoggerSilent(_ request: borrowing Request, _ now: Nanoseconds) -> Bool {
    now - request.loggerProgressAt > logger
  }

  private static func isBehind(
    _ request: borrowing Request, _ sessionOnTime: Nanoseconds
  ) -> Bool {
    sessionOnTime - request.durableOnTime > undurable
  }
}
