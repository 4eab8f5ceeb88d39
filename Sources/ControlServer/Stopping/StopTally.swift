// Decides: which STOPs are written down by themselves and which are counted into one record.
// Leaves to others: what a STOP found (Stimulator) and the writing (StopRecords).

import StimulationCore

/// Counts STOPs that found nothing to stop. `stop.sock` is open to every account of the machine,
/// and a loop of them must not fill its disk. Time is passed in.
///
/// The first of a user is a record of its own. Those that follow it within a second are counted
/// into one; while that user goes on each record counts twice as long, up to a minute.
struct StopTally {
  /// STOPs that are one record.
  struct Joined: Equatable {
    /// Whose; the latest one's where there are others.
    var uid: UInt32
    /// Whether others are counted with it, because too many stop at once.
    var hasOthers = false
    var count: UInt64 = 0
    /// When the first and the last were seen.
    var from: Nanoseconds
    var to: Nanoseconds
    /// The longest until outputs read inactive.
    var slowest = Nanoseconds.zero
  }

  private struct Window {
    var opened: Nanoseconds
    var length = StopTally.shortest
    var joined: Joined
  }

  /// The first record counts for so long.
  static let shortest = Nanoseconds.seconds(1)
  /// No record counts for longer, and a user who is silent for as long is forgotten.
  static let longest = Nanoseconds.seconds(60)
  /// So many users are counted apart; those beyond them are counted together.
  static let mostUsers = 64

  private var windows: [UInt32: Window] = [:]
  private var others: Window?
  private var isClosed = false

  /// Counts a STOP that found nothing; `true` when it is to be written down by itself.
  mutating func isOfItsOwn(
    _ uid: UInt32, after reaction: Nanoseconds, at now: Nanoseconds
  ) -> Bool {
    if isClosed { return true }
    if var window = windows[uid] {
      let isOwn = Self.isOfItsOwn(&window, uid, reaction, now)
      windows[uid] = window
      return isOwn
    }
    guard windows.count >= Self.mostUsers else {
      windows[uid] = Window(opened: now, joined: Joined(uid: uid, from: now, to: now))
      return true
    }
    var window = others ?? Window(opened: now, joined: Joined(uid: uid, from: now, to: now))
    window.joined.hasOthers = true
    // The first of these is no record of its own: their number has no bound.
    Self.add(&window, uid, reaction, now)
    others = window
    return false
  }

  private static func isOfItsOwn(
    _ window: inout Window, _ uid: UInt32, _ reaction: Nanoseconds, _ now: Nanoseconds
  ) -> Bool {
    if window.joined.count == 0 && now - window.opened >= window.length {
      window.opened = now
      window.length = min(window.length * 2, longest)
      return true
    }
    add(&window, uid, reaction, now)
    return false
  }

  private static func add(
    _ window: inout Window, _ uid: UInt32, _ reaction: Nanoseconds, _ now: Nanoseconds
  ) {
    if window.joined.count == 0 { window.joined.from = now }
    window.joined.uid = uid
    window.joined.count += 1
    window.joined.to = now
    window.joined.slowest = max(window.joined.slowest, reaction)
  }

  /// The records whose time is over.
  mutating func due(at now: Nanoseconds) -> [Joined] {
    var due: [Joined] = []
    for (uid, window) in windows {
      var window: Window? = window
      Self.take(&window, at: now, into: &due)
      windows[uid] = window
    }
    Self.take(&others, at: now, into: &due)
    return due.sorted { $0.from < $1.from }
  }

  private static func take(_ place: inout Window?, at now: Nanoseconds, into due: inout [Joined]) {
    guard var window = place, now - window.opened >= window.length else { return }
    if window.joined.count > 0 {
      due.append(window.joined)
      window.joined.count = 0
      window.joined.slowest = .zero
      window.opened = now
      window.length = min(window.length * 2, longest)
      place = window
    } else if now - window.opened >= window.length + longest {
      place = nil
    }
  }

  /// Counts again what could not be written.
  mutating func putBack(_ joined: Joined) {
    var window = others ?? Window(opened: joined.from, joined: joined)
    if others != nil {
      window.joined.count += joined.count
      window.joined.from = min(window.joined.from, joined.from)
      window.joined.to = max(window.joined.to, joined.to)
      window.joined.slowest = max(window.joined.slowest, joined.slowest)
      window.joined.hasOthers = window.joined.hasOthers || window.joined.uid != joined.uid
    }
    others = window
  }

  /// Everything that is counted; what follows is of its own.
  mutating func close() -> [Joined] {
    isClosed = true
    let left = windows.values.map(\.joined) + (others.map { [$0.joined] } ?? [])
    windows = [:]
    others = nil
    return left.filter { $0.count > 0 }.sorted { $0.from < $1.from }
  }
}
