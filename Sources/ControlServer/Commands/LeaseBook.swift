// Decides: who leads, from taking to losing the lease.
// Leaves to others: stopping for want of renewal (SR-23, the core), and random tokens.

import ControlAPI
import StimulationCore

/// At most one operator. Time is passed in.
struct LeaseBook {
  /// A lease.
  struct Held: Equatable {
    var token: String
    var holder: LeaseHolder
    /// The connection that took it, and that alone may renew it.
    var connection: UInt64
    var renewedAt: Nanoseconds
  }

  /// What came of asking for it.
  enum Taking: Equatable {
    /// It is the caller's; who had it before, if it was another.
    case granted(from: Held?)
    /// Another has it.
    case refused(Held)
  }

  /// A lease that is not renewed for so long is lost.
  static let expiry = Nanoseconds.milliseconds(ControlLimits.leaseExpiry_ms)

  /// The lease, if somebody has it.
  private(set) var held: Held?

  /// Takes the lease; from another only when that is asked for.
  mutating func take(_ wanted: Held, takeOver: Bool, at now: Nanoseconds) -> Taking {
    _ = expire(at: now)
    let before = held.flatMap { $0.connection == wanted.connection ? nil : $0 }
    if let before, !takeOver { return .refused(before) }
    held = wanted
    return .granted(from: before)
  }

  /// The holder is still there; `false` when it is not the holder's lease, or lost.
  mutating func renew(_ connection: UInt64, at now: Nanoseconds) -> Bool {
    _ = expire(at: now)
    guard held?.connection == connection else { return false }
    held?.renewedAt = now
    return true
  }

  /// The connection leads no more; the lease that it had.
  mutating func release(_ connection: UInt64) -> Held? {
    guard let lost = held, lost.connection == connection else { return nil }
    held = nil
    return lost
  }

  /// Forgets a lease that was not renewed in time, and answers it.
  mutating func expire(at now: Nanoseconds) -> Held? {
    guard let lost = held, now - lost.renewedAt >= Self.expiry else { return nil }
    held = nil
    return lost
  }

  /// Whether the connection leads now.
  mutating func isHeld(by connection: UInt64, at now: Nanoseconds) -> Bool {
    _ = expire(at: now)
    return held?.connection == connection
  }
}
