// Decides: how values pass from one thread to another without locks or allocation.
// Leaves to others: what the values mean, and what to do when the ring is full.

public import Synchronization

/// How far each side of a ring has come.
@usableFromInline struct RingPositions: ~Copyable {
  @usableFromInline let head = Atomic<Int>(0)
  @usableFromInline let tail = Atomic<Int>(0)
  @inlinable init() {}
}

// SAFETY: places in head..<tail belong to the consumer, the others to the producer; each
// position is written by one thread only and published with release ordering.
/// A bounded queue between one producing and one consuming thread.
///
/// The owner allocates it once and frees it when both threads have ended. Copies of this value
/// refer to the same ring.
@safe public struct SingleProducerRing<Element: Sendable>: @unchecked Sendable {
  @usableFromInline let storage: UnsafeMutablePointer<Element?>
  @usableFromInline let positions: UnsafeMutablePointer<RingPositions>
  /// How many elements fit; a power of two.
  public let capacity: Int

  /// A ring for at least `capacity` elements.
  public init(capacity wanted: Int) {
    precondition(wanted > 0 && wanted <= 1 << 24, "a ring has a stated bound")
    var size = 1
    while size < wanted { size *= 2 }
    capacity = size
    // SAFETY: `size` places and one pair of positions, initialised before anyone sees them.
    unsafe storage = .allocate(capacity: size)
    unsafe storage.initialize(repeating: nil, count: size)
    unsafe positions = .allocate(capacity: 1)
    unsafe positions.initialize(to: RingPositions())
  }

  /// Frees the ring. Nobody uses any copy of it afterwards.
  public func deallocate() {
    // SAFETY: the caller states that both threads have ended.
    unsafe storage.deinitialize(count: capacity)
    unsafe storage.deallocate()
    unsafe positions.deinitialize(count: 1)
    unsafe positions.deallocate()
  }

  /// Whether the producer's next element finds room.
  @inlinable public var hasRoom: Bool {
    // SAFETY: the positions live until `deallocate`.
    let tail = unsafe positions.pointee.tail.load(ordering: .relaxed)
    return unsafe tail - positions.pointee.head.load(ordering: .acquiring) < capacity
  }

  /// Adds an element; `false` when the ring is full, and then nothing was added.
  @inlinable public func push(_ element: Element) -> Bool {
    // SAFETY: the positions live until `deallocate`; the place is the producer's until `tail`
    // is published.
    let tail = unsafe positions.pointee.tail.load(ordering: .relaxed)
    let head = unsafe positions.pointee.head.load(ordering: .acquiring)
    guard tail - head < capacity else { return false }
    unsafe storage[tail & (capacity - 1)] = element
    unsafe positions.pointee.tail.store(tail + 1, ordering: .releasing)
    return true
  }

  /// Takes the oldest element.
  @inlinable public func pop() -> Element? {
    // SAFETY: the positions live until `deallocate`; the place is the consumer's until `head`
    // is published.
    let head = unsafe positions.pointee.head.load(ordering: .relaxed)
    let tail = unsafe positions.pointee.tail.load(ordering: .acquiring)
    guard head < tail else { return nil }
    let element = unsafe storage[head & (capacity - 1)]
    unsafe positions.pointee.head.store(head + 1, ordering: .releasing)
    return element
  }
}
