// Decides: how the real clock is read and waited on.
// Leaves to others: the calls themselves (CRealTime) and who signals the descriptor.

import CRealTime

/// The real clock, and the eventfd that ends a wait early.
// SAFETY: the storage is private, holds one initialised place and lives as long as this does.
@safe struct RequestDescriptor: ~Copyable {
  /// The loop spins for at most this long before a deadline.
  private static let spin: Int64 = 50_000

  private let storage: UnsafeMutablePointer<Int32>
  private let count: Int32

  init(_ clock: SimulatedClock) {
    // SAFETY: one place, initialised here and freed in `deinit`.
    unsafe storage = .allocate(capacity: 1)
    var descriptor: Int32 = -1
    var isUsed = false
    if case .real(let given?) = clock {
      descriptor = given
      isUsed = true
    }
    // SAFETY: as above.
    unsafe storage.initialize(to: descriptor)
    count = isUsed ? 1 : 0
  }

  deinit {
    // SAFETY: allocated in `init`, freed only here; the element is trivial.
    unsafe storage.deallocate()
  }

  static func clockNow() -> Int64 { nmes_clock_now() }

  /// Waits until `deadline` on the real clock or until the descriptor is signalled.
  func wait(until deadline: Int64) {
    // SAFETY: `storage` holds `count` descriptors, or one unused place.
    let result = unsafe nmes_wait_until(deadline, storage, count, RequestDescriptor.spin)
    precondition(result >= 0, "the descriptors of a wait stay open while the board is used")
    if result > 0 {
      // SAFETY: as above; a signalled descriptor exists.
      let drained = unsafe nmes_event_drain(storage[0])
      precondition(drained == 0, "the request descriptor is an eventfd")
    }
  }
}
