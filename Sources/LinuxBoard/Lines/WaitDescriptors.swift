// Decides: what ends a wait early (a request, or an edge of a fault line), and how long it spins.
// Leaves to others: the wait (CRealTime) and what the edges mean (HeldLines).

import CRealTime

/// The descriptors of one `ppoll`, in a place of their own.
// SAFETY: the storage is private, holds `most` initialised places and lives as long as this.
@safe struct WaitDescriptors: ~Copyable {
  /// `nmes_wait_until` takes so many.
  static let most = 8
  /// The loop spins for at most this long before a deadline, which is what a wake-up may be late
  /// by where other threads' system calls are not interrupted.
  private static let usualSpin: Int64 = 50_000
  /// So long where interrupts are threads of a lower priority: they, and with them the edges of
  /// fault lines, wait while the loop spins, and a wake-up is late by a few microseconds.
  private static let shortSpin: Int64 = 20_000

  /// How long a loop spins on the machine that has these files. A file that is not there, or
  /// cannot be read, is an ordinary kernel's.
  static func spin(_ roots: DeviceRoots) -> Int64 {
    (try? FileTree.text(roots.realTime)) == "1" ? shortSpin : usualSpin
  }

  private let storage: UnsafeMutablePointer<Int32>
  private let count: Int32
  private let hasRequest: Bool
  private let spin: Int64

  /// - Parameter request: an eventfd that is signalled when something is asked of the loop.
  init(request: Int32?, lines: [Int32], spin: Int64) {
    let all = (request.map { [$0] } ?? []) + lines
    precondition(all.count <= WaitDescriptors.most, "as many descriptors as one wait takes")
    // SAFETY: every place is initialised here; freed in `deinit`.
    unsafe storage = .allocate(capacity: WaitDescriptors.most)
    for index in 0..<WaitDescriptors.most {
      unsafe (storage + index).initialize(to: index < all.count ? all[index] : -1)
    }
    count = Int32(all.count)
    hasRequest = request != nil
    self.spin = spin
  }

  deinit {
    // SAFETY: allocated in `init`, freed only here; the elements are trivial.
    unsafe storage.deallocate()
  }

  /// Waits for no line from here on. A chip that is gone leaves its descriptors ready for ever,
  /// and a loop that waits for them never sleeps again.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func forgetLines() {
    // SAFETY: `storage` holds `count` descriptors; a negative one is passed over by the wait.
    for index in (hasRequest ? 1 : 0)..<Int(count) { unsafe storage[index] = -1 }
  }

  /// Waits until `deadline` on CLOCK_MONOTONIC or until a descriptor is ready; answers whether
  /// a line's was.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func wait(until deadline: Int64) -> Bool {
    // SAFETY: `storage` holds `count` descriptors.
    let result = unsafe nmes_wait_until(deadline, storage, count, spin)
    precondition(result >= 0, "the descriptors of a wait stay open while the board is used")
    if result == 1 && hasRequest {
      // SAFETY: as above; the first descriptor is the request's.
      let drained = unsafe nmes_event_drain(storage[0])
      precondition(drained == 0, "the request descriptor is an eventfd")
    }
    return result > (hasRequest ? 1 : 0)
  }
}
