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
    /// When the last bytes were read that showed the holder to be there.
    var renewedAt: Nanoseconds
  }

  /// What came of asking for it.
  enum Taking: Equatable {
    /// It is the caller's; who had it before, if it was another.
    case granted(from: Held?)
    /// Another has it.
    case refused(Held)
    /// Whoever asked was last seen so long ago that the lease would be lost by now.
    case tooLate
  }

  /// A lease that is not renewed for so long is lost.
  static let expiry = Nanoseconds.milliseconds(ControlLimits.leaseExpiry_ms)
  /// The loop counts a renewal from when it hears of it. Of one that waited longer than this it
  /// does not hear: the next is due.
  static let freshness = Nanoseconds.milliseconds(ControlLimits.leaseRenewal_ms)

  /// The lease, if somebody has it.
  private(set) var held: Held?

  /// Takes the lease as of when it was asked for; from another only when that is asked for.
  mutating func take(_ wanted: Held, takeOver: Bool, at now: Nanoseconds) -> Taking {
    _ = expire(at: now)
    if now - wanted.renewedAt >= Self.expiry { return .tooLate }
    let before = held.flatMap { $0.connection == wanted.connection ? nil : $0 }
    if let before, !takeOver { return .refused(before) }
    held = wanted
    return .granted(from: before)
  }

  /// The holder was there when its bytes were read, whenever they are looked at; `false` when it
  /// is not the holder's lease, or was lost by then.
  mutating func renew(_ connection: UInt64, readAt: Nanoseconds) -> Bool {
    guard let held, held.connection == connection, readAt - held.renewedAt < Self.expiry else {
      return false
    }
    self.held?.renewedAt = max(held.renewedAt, readAt)
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

  /// The lease, unless it is lost by now.
  func held(at now: Nanoseconds) -> Held? {
    held.flatMap { now - $0.renewedAt < Self.expiry ? $0 : nil }
  }

  /// Whether the connection leads now.
  func isHeld(by connection: UInt64, at now: Nanoseconds) -> Bool {
    held(at: now)?.connection == connection
  }
}
