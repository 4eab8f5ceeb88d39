// Decides: how changes of signals leave the real-time path.
// Leaves to others: what is recorded (the plant) and the file (VCDWriter).

/// One signal's new value at a time.
struct SignalChange {
  var time: Int64
  var signal: Int
  var value: Double
}

/// The numbers of the recorded signals.
enum Signal {
  static let relayCoil = 0
  static let relayContact = 1
  static let heartbeat = 2
  static let emergencyStop = 3
  static let firstOfChannels = 4
  static let perChannel = 5

  static func isReal(_ signal: Int) -> Bool {
    signal >= firstOfChannels && (signal - firstOfChannels) % perChannel >= 3
  }

  static func positive(_ channel: Int) -> Int { firstOfChannels + channel * perChannel }
  static func negative(_ channel: Int) -> Int { positive(channel) + 1 }
  static func gate(_ channel: Int) -> Int { positive(channel) + 2 }
  static func amplitude(_ channel: Int) -> Int { positive(channel) + 3 }
  static func current(_ channel: Int) -> Int { positive(channel) + 4 }
}

/// A bounded store of changes, allocated when the board is opened.
///
/// Changes that do not fit are counted, and the next drain reports them: a record with a hole
/// is never passed off as whole.
// SAFETY: the storage is private, lives as long as the ring, and every index is checked.
@safe struct RecordRing: ~Copyable {
  private let storage: UnsafeMutablePointer<SignalChange>
  private let capacity: Int
  private(set) var count = 0
  private(set) var lost = 0

  init(capacity: Int) {
    precondition(capacity >= 0 && capacity <= 1 << 26, "a record of at most 2²⁶ changes")
    self.capacity = capacity
    // SAFETY: every place is initialised below, before anything reads it.
    unsafe storage = .allocate(capacity: max(capacity, 1))
    unsafe storage.initialize(
      repeating: SignalChange(time: 0, signal: 0, value: 0), count: max(capacity, 1))
  }

  deinit {
    // SAFETY: allocated in `init`, freed only here; the elements are trivial.
    unsafe storage.deallocate()
  }

  /// Whether anything is recorded.
  var isRecording: Bool { capacity > 0 }

  /// How full the ring is, in thousandths.
  var fill: Int { capacity == 0 ? 0 : count * 1_000 / capacity }

  @inline(__always)
  mutating func append(_ signal: Int, _ value: Double, at time: Int64) {
    if capacity == 0 { return }
    guard count < capacity else {
      lost += 1
      return
    }
    // SAFETY: `count` is below `capacity`, and all places are initialised.
    unsafe storage[count] = SignalChange(time: time, signal: signal, value: value)
    count += 1
  }

  /// Takes everything, with the number of changes that did not fit.
  mutating func drain() -> (changes: [SignalChange], lost: Int) {
    var changes: [SignalChange] = []
    changes.reserveCapacity(count)
    for index in 0..<count {
      // SAFETY: `index` is below `count`, which never exceeds `capacity`.
      changes.append(unsafe storage[index])
    }
    let taken = (changes: changes, lost: lost)
    count = 0
    lost = 0
    return taken
  }
}
