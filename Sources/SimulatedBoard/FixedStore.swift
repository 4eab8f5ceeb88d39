// Decides: where the board keeps what is too large to be moved about with it.
// Leaves to others: what is kept (channels, noise table, faults).

/// A fixed number of elements, allocated once; used in place.
///
/// An `InlineArray` of this size inside a noncopyable value is copied whole by accesses to its
/// elements, several times a wake-up (measured: more than half of the board's time).
// SAFETY: the storage is private, every place is initialised by `init` and stays so until
// `deinit`, and every index is checked.
@safe struct FixedStore<Element: ~Copyable>: ~Copyable {
  private let storage: UnsafeMutablePointer<Element>
  /// How many elements there are.
  let count: Int

  init(count: Int, _ make: (Int) -> Element) {
    precondition(count >= 1 && count <= 1 << 26, "a bounded number of elements")
    self.count = count
    // SAFETY: each place is initialised exactly once before anything reads it.
    unsafe storage = .allocate(capacity: count)
    for index in 0..<count {
      // SAFETY: `index` is below `count`.
      unsafe (storage + index).initialize(to: make(index))
    }
  }

  deinit {
    // SAFETY: allocated and initialised in `init`, freed only here.
    unsafe storage.deinitialize(count: count)
    unsafe storage.deallocate()
  }

  subscript(index: Int) -> Element {
    @inline(__always) _read {
      precondition(index >= 0 && index < count, "an element of the store")
      // SAFETY: the index was checked.
      yield unsafe storage[index]
    }
    @inline(__always) _modify {
      precondition(index >= 0 && index < count, "an element of the store")
      // SAFETY: the index was checked.
      yield unsafe &storage[index]
    }
  }
}
