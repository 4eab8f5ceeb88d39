// Decides: that a trip persists, that the first cause is kept and later ones accumulate.
// Leaves to others: what trips (the other files here) and when it may be cleared (controller).

/// A set of interlocks.
public struct FaultSet: Sendable, Equatable {
  private var bits: UInt64 = 0

  /// No interlock.
  public init() {}

  /// Whether no interlock is in the set.
  public var isEmpty: Bool { bits == 0 }

  /// Whether the set holds an interlock.
  public func contains(_ id: InterlockID) -> Bool { bits & (1 << UInt64(id.rawValue)) != 0 }

  /// Adds an interlock; answers whether it was new.
  @discardableResult
  public mutating func insert(_ id: InterlockID) -> Bool {
    let bit: UInt64 = 1 << UInt64(id.rawValue)
    defer { bits |= bit }
    return bits & bit == 0
  }

  /// The worst interlock of the set, by the order of ``InterlockID``.
  public var worst: InterlockID? {
    bits == 0 ? nil : InterlockID(rawValue: UInt8(bits.trailingZeroBitCount))
  }

  /// Every other interlock of the set, worst first: call until `nil`.
  public mutating func popWorst() -> InterlockID? {
    guard let id = worst else { return nil }
    bits &= bits - 1
    return id
  }
}

/// The latched trips of a controller.
public struct FaultLatch: Sendable {
  /// Every trip since the last reset.
  public private(set) var all = FaultSet()
  /// The first trip since the last reset.
  public private(set) var first: InterlockID?
  /// The channel of the first trip, counted from 0; −1 when it concerns the board.
  public private(set) var firstChannel: Int8 = -1
  /// The causes seen in this tick, latched before or not.
  public private(set) var present = FaultSet()
  /// The trips that are new in this tick, for the record.
  private(set) var fresh = FaultSet()
  private var channels: InlineArray<47, Int8> = InlineArray(repeating: -1)

  /// Latched with one cause from the start.
  init(startingWith id: InterlockID) {
    all.insert(id)
    first = id
  }

  /// Starts a tick: nothing has been seen in it yet.
  mutating func beginTick() {
    present = FaultSet()
    fresh = FaultSet()
  }

  /// Latches a cause.
  mutating func trip(_ id: InterlockID, channel: Int = -1) {
    present.insert(id)
    guard all.insert(id) else { return }
    fresh.insert(id)
    channels[Int(id.rawValue)] = Int8(truncatingIfNeeded: channel)
    if first == nil {
      first = id
      firstChannel = Int8(truncatingIfNeeded: channel)
    }
  }

  /// The channel of a latched trip, counted from 0; −1 when it concerns the board.
  func channel(of id: InterlockID) -> Int8 { channels[Int(id.rawValue)] }

  /// Whether any new trip of this tick, or any latched one, asks for `response`.
  func asks(for response: InterlockResponse) -> Bool {
    var rest = all
    while let id = rest.popWorst() {
      if id.response == response { return true }
    }
    return false
  }

  /// Forgets every trip but ``InterlockID/notYetChecked``: a fresh self-check must follow.
  mutating func reset() {
    all = FaultSet()
    all.insert(.notYetChecked)
    first = .notYetChecked
    firstChannel = -1
  }

  /// Forgets every trip: the self-check began or passed.
  mutating func clear() {
    all = FaultSet()
    first = nil
    firstChannel = -1
  }
}
