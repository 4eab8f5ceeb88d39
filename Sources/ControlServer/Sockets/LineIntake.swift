// Decides: how a connection's bytes become lines, when a line was read, which STOP it belongs to,
// and how many bytes may wait.
// Leaves to others: finding STOP (StopScanner), when lines are taken (LineRounds), what a line asks
// for (Connection).

import ControlAPI
import NIOCore
import StimulationCore

/// The bytes of one reading, which were looked through for STOP when they came.
struct Arrival {
  /// They themselves.
  let bytes: ByteBuffer
  /// When they were read.
  let readAt: Nanoseconds
  /// How often STOP had been said before these bytes.
  let stopsBefore: UInt64
  /// How often after them.
  let stopsAfter: UInt64
  /// What comes of the STOP among them; `nil` without one.
  let stop: SeenStop?
  /// How often STOP stands in them.
  let stopCount: Int
}

/// What came in, as lines.
///
/// The bytes are copied into one buffer of the connection's own: readings of a few bytes each would
/// keep as many buffers of the size of a whole one.
struct LineIntake {
  /// What is next.
  enum Piece {
    /// A line without its end.
    case line([UInt8])
    /// A line began that is longer than it may be; the rest of it is passed over.
    case tooLong
    /// A line that says nothing, or the end of one that was passed over.
    case nothing
  }

  /// What is known of bytes that came together.
  private struct Reading {
    /// How many of them wait.
    var left: Int
    let readAt: Nanoseconds
    let stopsBefore: UInt64
    let stopsAfter: UInt64
    let stop: SeenStop?
    let stopCount: Int
  }

  /// Bytes that wait to be taken; a connection with more is closed. It is a hundred thousand
  /// commands, which nobody awaits an answer to.
  static let mostBytes = 4_194_304
  /// Readings within so short a time are one, which counts as read at the first: nobody is taken to
  /// be there for longer than they were.
  static let oneReading = Nanoseconds.milliseconds(1)
  /// An empty buffer that is larger is given back.
  static let keptCapacity = 4_096

  /// How many bytes wait.
  var count: Int { bytes.readableBytes }
  /// The memory that is held for them, used or not.
  var held: Int {
    (count == 0 && bytes.capacity <= Self.keptCapacity ? 0 : bytes.capacity) + line.capacity
      + readings.count * MemoryLayout<Reading>.stride
  }
  /// How often STOP had been said when the line that is taken now came.
  private(set) var stopsBefore: UInt64 = 0
  /// When the last bytes of the line that is taken now were read.
  private(set) var readAt = Nanoseconds.zero
  private var stopsAfter: UInt64 = 0
  private var stop: SeenStop?
  /// STOPs that were found and whose lines were not taken yet.
  private var untaken = 0
  private var bytes = ByteBuffer()
  private var readings = CircularBuffer<Reading>()
  private var isInside = false
  private var line: [UInt8] = []
  private var isSkipping = false

  /// Takes in what was read.
  mutating func append(_ arrival: Arrival) {
    let added = arrival.bytes.readableBytes
    if bytes.readerIndex > bytes.readableBytes { bytes.discardReadBytes() }
    bytes.writeImmutableBuffer(arrival.bytes)
    if let last = readings.indices.last, joins(arrival, readings[last]) {
      readings[last].left += added
      return
    }
    readings.append(
      Reading(
        left: added, readAt: arrival.readAt, stopsBefore: arrival.stopsBefore,
        stopsAfter: arrival.stopsAfter, stop: arrival.stop, stopCount: arrival.stopCount))
  }

  /// Whether nothing is lost when an arrival counts as part of the reading before it.
  private func joins(_ arrival: Arrival, _ last: Reading) -> Bool {
    untaken == 0 && arrival.stop == nil && last.stop == nil
      && arrival.stopsBefore == last.stopsAfter && arrival.stopsAfter == last.stopsAfter
      && arrival.readAt - last.readAt < Self.oneReading
  }

  /// The next piece; `nil` when there is no whole line.
  mutating func next() -> Piece? {
    while let reading = readings.first {
      if !isInside { enter(reading) }
      guard reading.left > 0 else {
        readings.removeFirst()
        isInside = false
        continue
      }
      let view = bytes.readableBytesView.prefix(reading.left)
      let end = view.firstIndex(of: 0x0A)
      let used = (end.map { $0 + 1 } ?? view.endIndex) - view.startIndex
      let fits = extend(view[view.startIndex..<(end ?? view.endIndex)])
      bytes.moveReaderIndex(forwardBy: used)
      readings[readings.startIndex].left -= used
      let piece = end == nil ? nil : endLine()
      if !fits { return .tooLong }
      if let piece { return piece }
    }
    if bytes.capacity > Self.keptCapacity { bytes = ByteBuffer() } else { bytes.clear() }
    return nil
  }

  /// Nothing more is taken.
  mutating func drop() {
    bytes = ByteBuffer()
    readings = CircularBuffer()
    line = []
    isInside = false
  }

  /// The STOP of the line that is taken now; `nil` when none was seen as it came. Lines behind the
  /// last STOP of a reading came after it; those between two came before the second.
  mutating func takeStop() -> SeenStop? {
    guard untaken > 0 else { return nil }
    untaken -= 1
    if untaken == 0 { stopsBefore = stopsAfter }
    return stop
  }

  /// A STOP whose line was not whole yet is that of the bytes that end it. One that stood within
  /// another line is nobody's any more.
  private mutating func enter(_ reading: Reading) {
    isInside = true
    readAt = reading.readAt
    stopsBefore = reading.stopsBefore
    stopsAfter = reading.stopsAfter
    if line.isEmpty && !isSkipping { untaken = 0 }
    if let found = reading.stop {
      stop = found
      untaken += reading.stopCount
    }
  }

  /// Adds to the line; `false` when it becomes longer than it may be.
  private mutating func extend(_ piece: ByteBufferView) -> Bool {
    if isSkipping || piece.isEmpty { return true }
    guard line.count + piece.count < ControlLimits.longestRequest else {
      isSkipping = true
      line = []
      return false
    }
    line.append(contentsOf: piece)
    return true
  }

  /// The line that ends here.
  private mutating func endLine() -> Piece {
    let wasSkipping = isSkipping
    isSkipping = false
    let whole = line
    line = []
    return !wasSkipping && whole.contains { $0 > 0x20 } ? .line(whole) : .nothing
  }
}
