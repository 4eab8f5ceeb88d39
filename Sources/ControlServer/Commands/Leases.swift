// Decides: how the lease is shared between the event loop, which renews, and the queues, which
// take it.
// Leaves to others: the rules (LeaseBook).

import ControlAPI
import SessionController
import StimulationCore
import Synchronization

/// The one lease.
final class Leases: Sendable {
  private let book = Mutex(LeaseBook())
  private let stimulator: Stimulator

  init(_ stimulator: Stimulator) { self.stimulator = stimulator }

  /// Takes the lease for a caller.
  func take(
    _ caller: Caller, takeOver: Bool, readAt: Nanoseconds
  ) -> (taking: LeaseBook.Taking, token: String) {
    let token = "\(Self.hexadecimal())\(Self.hexadecimal())"
    let wanted = LeaseBook.Held(
      token: token, holder: LeaseHolder(uid: caller.uid, client: caller.client),
      connection: caller.number, renewedAt: readAt)
    let taking = book.withLock { $0.take(wanted, takeOver: takeOver, at: ServerClock.now) }
    if case .granted = taking {
      tell(readAt)
      // The connection may have closed meanwhile: its lease went before it was there.
      if caller.isGone { _ = release(caller) }
    }
    return (taking, token)
  }

  private static func hexadecimal() -> String {
    let text = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Renews when a line holds the token of the caller's lease. Cheap: for the event loop.
  func renew(_ caller: Caller, _ line: [UInt8], readAt: Nanoseconds) -> Bool {
    let isRenewed = book.withLock { book in
      guard let held = book.held, held.connection == caller.number,
        Self.contains(line, Array(held.token.utf8))
      else { return false }
      return book.renew(caller.number, readAt: readAt)
    }
    if isRenewed { tell(readAt) }
    return isRenewed
  }

  /// Renews by a token.
  func renew(_ caller: Caller, token: String, readAt: Nanoseconds) -> Bool {
    renew(caller, Array(token.utf8), readAt: readAt)
  }

  /// The token of the caller's lease, while it has one. Cheap: for the event loop.
  func token(of caller: Caller) -> String? {
    book.withLock { $0.held.flatMap { $0.connection == caller.number ? $0.token : nil } }
  }

  /// The token of a lease among its holder's bytes shows that the holder was there when they were
  /// read, and so does a command that needs the lease. Cheap: for the event loop.
  func prove(_ caller: Caller, readAt: Nanoseconds) {
    if book.withLock({ $0.renew(caller.number, readAt: readAt) }) { tell(readAt) }
  }

  /// Tells the loop, which has no other clock for it than its own.
  private func tell(_ readAt: Nanoseconds) {
    if ServerClock.now - readAt <= LeaseBook.freshness { stimulator.renewLease() }
  }

  private static func contains(_ line: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first, line.count >= part.count else { return false }
    for start in 0...(line.count - part.count) where line[start] == first {
      if line[start..<(start + part.count)].elementsEqual(part) { return true }
    }
    return false
  }

  /// The caller leads no more; the lease that it had.
  func release(_ caller: Caller) -> LeaseBook.Held? {
    book.withLock { $0.release(caller.number) }
  }

  /// A lease that has just been lost for want of renewal.
  func expire() -> LeaseBook.Held? { book.withLock { $0.expire(at: ServerClock.now) } }

  /// The lease as it stands.
  var held: LeaseBook.Held? { book.withLock { $0.held } }

  /// The lease, unless it is lost by now and only its end is still to be noted.
  var heldNow: LeaseBook.Held? { book.withLock { $0.held(at: ServerClock.now) } }

  /// Whether the caller leads now.
  func isHeld(by caller: Caller) -> Bool {
    !caller.isGone && book.withLock { $0.isHeld(by: caller.number, at: ServerClock.now) }
  }
}
