// Decides: where a board keeps what is too large to be moved about with it.
// Leaves to others: what is kept (channels, tables, faults).

// SAFETY: the storage is private, every place is initialised by `init` and stays so until
// `deinit`, and every index is checked.
/// A fixed number of elements, allocated once; used in place.
///
/// An `InlineArray` of this size inside a noncopyable value is copied whole by accesses to its
/// elements, several times a wake-up (measured: more than half of a simulated board's time).
@frozen @safe public struct FixedStore<Element: ~Copyable>: ~Copyable {
  @usableFromInline let storage: UnsafeMutablePointer<Element>
  /// How many elements there are.
  public let count: Int

  /// Makes each element from its index, in order; what `make` throws undoes those before.
  @inlinable public init<Failure: Error>(
    count: Int, _ make: (Int) throws(Failure) -> Element
  ) throws(Failure) {
    precondition(count >= 1 && count <= 1 << 26, "a bounded number of elements")
    // SAFETY: each place is initialised exactly once before anything reads it.
    let storage = UnsafeMutablePointer<Element>.allocate(capacity: count)
    for index in 0..<count {
      do {
        // SAFETY: `index` is below `count`.
        unsafe (storage + index).initialize(to: try make(index))
      } catch {
        // SAFETY: the places below `index` are initialised, the others are not.
        unsafe storage.deinitialize(count: index)
        unsafe storage.deallocate()
        throw error
      }
    }
    unsafe self.storage = storage
    self.count = count
  }

  @inlinable deinit {
    // SAFETY: allocated and initialised in `init`, freed only here.
    unsafe storage.deinitialize(count: count)
    unsafe storage.deallocate()
  }

  /// One element, in place.
  @inlinable public subscript(index: Int) -> Element {
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
