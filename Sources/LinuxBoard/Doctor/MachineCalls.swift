// Decides: what is asked of the kernel by a call rather than by a file, and how.
// Leaves to others: what the answers mean (the examinations), and files (Machine).

import CLinuxBoard
import CRealTime

/// What a thread was granted on trial.
public struct ThreadTrial: Sendable {
  /// Why it has no SCHED_FIFO; `nil` when it has.
  public let fifo: SystemFailure?
  /// Why it is not kept on its processor; `nil` when it is, or when none was asked for.
  public let processor: SystemFailure?

  /// A trial's outcome.
  public init(fifo: SystemFailure?, processor: SystemFailure?) {
    self.fifo = fifo
    self.processor = processor
  }
}

/// A limit of this process.
public enum ProcessLimit: Sendable {
  /// Bytes of memory that may be locked.
  case memory
  /// The highest real-time priority.
  case priority
}

/// One line of a GPIO chip, as it is seen without being taken.
public struct LineSeen: Sendable, Equatable {
  /// Its name; empty where it has none.
  public let name: String
  /// Who holds it; `nil` when nobody does.
  public let consumer: String?

  /// A line.
  public init(name: String, consumer: String?) {
    self.name = name
    self.consumer = consumer
  }
}

/// One GPIO chip of the machine.
public struct ChipSeen: Sendable, Equatable {
  /// Its number, for listing only.
  public let number: Int
  /// Its label and lines, or why it could not be opened.
  public let content: Result<Content, SystemFailure>

  /// What an opened chip shows.
  public struct Content: Sendable, Equatable {
    /// The label.
    public let label: String
    /// The lines in their order.
    public let lines: [LineSeen]

    /// What a chip shows.
    public init(label: String, lines: [LineSeen]) {
      self.label = label
      self.lines = lines
    }
  }

  /// A chip.
  public init(number: Int, content: Result<Content, SystemFailure>) {
    self.number = number
    self.content = content
  }
}

/// The calls that an examination makes; a test gives answers of its own.
///
/// None of them drives or takes anything that outlives it.
public struct MachineCalls: Sendable {
  /// Tries SCHED_FIFO at a priority and, where one is named, a processor, on a thread of its own.
  public var tryThread: @Sendable (Int32, Int32?) -> Result<ThreadTrial, SystemFailure>
  /// Locks memory and unlocks it.
  public var tryLock: @Sendable () -> SystemFailure?
  /// A limit of this process; `nil` inside for none.
  public var limit: @Sendable (ProcessLimit) -> Result<Int64?, SystemFailure>
  /// The processors on which this process may run.
  public var processors: @Sendable () -> Result<[Int], SystemFailure>
  /// Holds the latency request at a path for a moment.
  public var tryLatency: @Sendable (String) -> SystemFailure?
  /// Whether the wall clock follows a time source.
  public var clockIsSynchronised: @Sendable () -> Result<Bool, SystemFailure>
  /// The effective user and the groups.
  public var identity: @Sendable () -> Result<(user: UInt32, groups: [UInt32]), SystemFailure>
  /// Why a path may not be read and written; `nil` when it may.
  public var permits: @Sendable (String, _ isWritten: Bool) -> SystemFailure?
  /// The GPIO chips of a device folder.
  public var chips: @Sendable (String) -> [ChipSeen]

  /// Calls of one's own.
  public init(
    tryThread: @escaping @Sendable (Int32, Int32?) -> Result<ThreadTrial, SystemFailure>,
    tryLock: @escaping @Sendable () -> SystemFailure?,
    limit: @escaping @Sendable (ProcessLimit) -> Result<Int64?, SystemFailure>,
    processors: @escaping @Sendable () -> Result<[Int], SystemFailure>,
    tryLatency: @escaping @Sendable (String) -> SystemFailure?,
    clockIsSynchronised: @escaping @Sendable () -> Result<Bool, SystemFailure>,
    identity: @escaping @Sendable () -> Result<(user: UInt32, groups: [UInt32]), SystemFailure>,
    permits: @escaping @Sendable (String, _ isWritten: Bool) -> SystemFailure?,
    chips: @escaping @Sendable (String) -> [ChipSeen]
  ) {
    self.tryThread = tryThread
    self.tryLock = tryLock
    self.limit = limit
    self.processors = processors
    self.tryLatency = tryLatency
    self.clockIsSynchronised = clockIsSynchronised
    self.identity = identity
    self.permits = permits
    self.chips = chips
  }

  /// This machine.
  public static let system = MachineCalls(
    tryThread: { SystemCalls.tryThread(priority: $0, processor: $1) },
    tryLock: { SystemCalls.failure(nmes_try_lock_memory()) },
    limit: { SystemCalls.limit($0) },
    processors: { SystemCalls.processors() },
    tryLatency: { path in
      do throws(SystemFailure) { _ = try LatencyHold(path: path) } catch { return error }
      return nil
    },
    clockIsSynchronised: {
      let answer = nmes_clock_is_synchronised()
      return answer < 0 ? .failure(SystemFailure(answer: answer)) : .success(answer == 1)
    },
    identity: { SystemCalls.identity() },
    // SAFETY: the path is a string that ends with a zero for the time of the call.
    permits: { unsafe SystemCalls.failure(nmes_path_permits($0, $1 ? 1 : 0)) },
    chips: { SystemCalls.chips(in: $0) })
}

/// The calls of this machine.
private enum SystemCalls {
  static func failure(_ answer: Int32) -> SystemFailure? {
    answer < 0 ? SystemFailure(answer: answer) : nil
  }

  static func tryThread(
    priority: Int32, processor: Int32?
  ) -> Result<ThreadTrial, SystemFailure> {
    var fifo: Int32 = 0
    var affinity: Int32 = 0
    // SAFETY: both places exist for the time of the call.
    let answer = unsafe nmes_try_thread(priority, processor ?? -1, &fifo, &affinity)
    if answer < 0 { return .failure(SystemFailure(answer: answer)) }
    return .success(ThreadTrial(fifo: failure(fifo), processor: failure(affinity)))
  }

  static func limit(_ limit: ProcessLimit) -> Result<Int64?, SystemFailure> {
    let which: Int
    switch limit {
    case .memory: which = NMES_LIMIT_MEMORY
    case .priority: which = NMES_LIMIT_PRIORITY
    }
    var value: Int64 = 0
    // SAFETY: the place exists for the time of the call.
    let answer = unsafe nmes_process_limit(Int32(which), &value)
    if answer < 0 { return .failure(SystemFailure(answer: answer)) }
    return .success(value < 0 ? nil : value)
  }

  static func processors() -> Result<[Int], SystemFailure> {
    var bits = [UInt64](repeating: 0, count: 16)
    // SAFETY: the call writes at most the count it is given.
    let answer = unsafe nmes_processors_allowed(&bits, bits.count)
    if answer < 0 { return .failure(SystemFailure(answer: answer)) }
    return .success(
      (0..<bits.count * 64).filter { bits[$0 / 64] >> UInt64($0 % 64) & 1 == 1 })
  }

  static func identity() -> Result<(user: UInt32, groups: [UInt32]), SystemFailure> {
    var groups = [UInt32](repeating: 0, count: 256)
    // SAFETY: the call writes at most the count it is given.
    let count = unsafe nmes_groups(&groups, Int32(groups.count))
    if count < 0 { return .failure(SystemFailure(answer: count)) }
    return .success((nmes_user(), Array(groups.prefix(Int(count)))))
  }

  static func chips(in devices: String) -> [ChipSeen] {
    (0..<Int(NMES_CHIPS_MOST)).compactMap { number in
      let content = chip(number, in: devices)
      if case .failure(let error) = content, error.number == SystemFailure.noEntry { return nil }
      return ChipSeen(number: number, content: content)
    }
  }

  private static func chip(
    _ number: Int, in devices: String
  ) -> Result<ChipSeen.Content, SystemFailure> {
    var error: Int32 = 0
    // SAFETY: (whole body) strings end with a zero; the chip is closed once, after its last use.
    guard let chip = unsafe nmes_chip_open(devices, UInt32(number), &error) else {
      return .failure(SystemFailure(number: error))
    }
    defer { unsafe nmes_chip_close(chip) }
    let label = unsafe String(cString: nmes_chip_name(chip))
    var lines: [LineSeen] = []
    for offset in unsafe 0..<nmes_chip_lines(chip) {
      var seen = nmes_line_seen()
      let answer = unsafe nmes_chip_line(chip, offset, &seen)
      if answer < 0 { return .failure(SystemFailure(answer: answer)) }
      let name = unsafe withUnsafeBytes(of: seen.name) { unsafe text($0) }
      let consumer = unsafe withUnsafeBytes(of: seen.consumer) { unsafe text($0) }
      lines.append(LineSeen(name: name, consumer: seen.is_used != 0 ? consumer : nil))
    }
    return .success(ChipSeen.Content(label: label, lines: lines))
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    // SAFETY: the buffer is read within the call that lends it.
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
