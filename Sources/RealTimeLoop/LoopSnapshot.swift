// Decides: what can be seen of a loop from other threads, and how often.
// Leaves to others: what each channel shows (ChannelStatus) and how it is drawn.

public import StimulationCore

/// A loop as it stood at one instant.
public struct LoopSnapshot: Sendable {
  /// A snapshot is taken this often, and whenever the state changes.
  public static let interval = Nanoseconds.milliseconds(50)
  @usableFromInline static var spacing: Nanoseconds { interval }

  /// When, by the board's clock.
  public internal(set) var now = Nanoseconds.zero
  /// The controller's state.
  public internal(set) var state = ControllerState.faulted
  /// Every latched trip.
  public internal(set) var latched = FaultSet()
  /// The first of them.
  public internal(set) var firstCause: InterlockID?
  /// The item at which the last self-check failed.
  public internal(set) var failedItem: SelfCheckItem?
  /// When the session started; ``Nanoseconds/never`` before.
  public internal(set) var startedAt = Nanoseconds.never
  /// How many places of ``channels`` are filled.
  public internal(set) var channelCount = 0
  /// The channels.
  public internal(set) var channels = InlineArray<8, ChannelStatus>(repeating: .none)
  /// Turns of the loop since it took this controller.
  public internal(set) var turns: UInt64 = 0
  /// The latest wake-up since the snapshot before this one.
  public internal(set) var worstLateness = Nanoseconds.zero

  /// The dearest turn since the snapshot before this one, its wait excluded; zero in virtual
  /// time, which stands still within a turn.
  public internal(set) var worstCost = Nanoseconds.zero

  /// Nothing seen yet.
  public init() {}

  /// The latched trips, worst first.
  public var causes: [InterlockID] {
    var rest = latched
    var causes: [InterlockID] = []
    while let id = rest.popWorst() { causes.append(id) }
    return causes
  }

  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  @usableFromInline mutating func note(lateness: Nanoseconds) {
    turns &+= 1
    if lateness > worstLateness { worstLateness = lateness }
  }

  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  @usableFromInline mutating func note(cost: Nanoseconds) {
    if cost > worstCost { worstCost = cost }
  }

  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  @usableFromInline mutating func beginInterval() {
    worstLateness = .zero
    worstCost = .zero
  }

  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  @usableFromInline mutating func take(
    from controller: inout StimulationController, at instant: Nanoseconds
  ) {
    now = instant
    state = controller.state
    latched = controller.latch.all
    firstCause = controller.latch.first
    failedItem = controller.failedItem
    startedAt = controller.startedAt
    channelCount = controller.plan.channelCount
    for index in 0..<channelCount { channels[index] = controller.status(ofChannel: index) }
  }
}
