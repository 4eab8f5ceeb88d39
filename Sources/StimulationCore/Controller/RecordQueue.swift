// Decides: how many records one tick can leave behind, and that none is lost unnoticed.
// Leaves to others: carrying them to the log (RealTimeLoop).

/// The records that wait to be carried away after a tick.
struct RecordQueue: ~Copyable {
  /// A tick leaves at most 8 trains, 8 checkpoints, 16 events a channel group and a state.
  static let capacity = 64

  private var records: InlineArray<64, SessionRecord?> = InlineArray(repeating: nil)
  private var first = 0
  private var count = 0
  /// Whether a record found no place. The controller trips on it.
  private(set) var hasOverflowed = false

  mutating func append(_ record: SessionRecord) {
    guard count < RecordQueue.capacity else {
      hasOverflowed = true
      return
    }
    records[(first + count) % RecordQueue.capacity] = record
    count += 1
  }

  mutating func append(_ event: ControllerEvent, at now: Nanoseconds) {
    append(.event(EventRecord(at: now, event: event)))
  }

  mutating func append(_ warning: Warning, channel: Int, at now: Nanoseconds) {
    append(.warned(warning, channel: Int8(channel)), at: now)
  }

  mutating func popFirst() -> SessionRecord? {
    guard count > 0 else { return nil }
    let record = records[first]
    first = (first + 1) % RecordQueue.capacity
    count -= 1
    return record
  }
}
