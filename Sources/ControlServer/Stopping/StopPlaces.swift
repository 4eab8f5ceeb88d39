// Decides: which connections may wait on `stop.sock`, and which gives way when there are too many.
// Leaves to others: the sockets themselves (StopThread).

import ControlAPI
import StimulationCore

/// Connections that wait for somebody's STOP. Time is passed in.
struct StopPlaces {
  /// One that waits.
  struct Place: Equatable {
    let descriptor: Int32
    let uid: UInt32
    let since: Nanoseconds
  }

  /// So many wait.
  static let most = 128
  /// So many of one user that is not root.
  static let mostOfUser = most / 2
  /// A user with no more than this has few.
  static let few = 8
  /// One that is younger and whose user has few does not give way: its STOP may be on its way.
  static let grace = Nanoseconds.seconds(1)

  private(set) var waiting: [Place] = []

  /// Takes in one more; which is to be closed for it, and that may be the newest itself.
  mutating func add(_ place: Place) -> Place? {
    let own = waiting.filter { $0.uid == place.uid }.count
    var gone: Place?
    if place.uid != 0 && own >= Self.mostOfUser {
      gone = remove(oldestOf: place.uid)
    } else if waiting.count >= Self.most {
      guard let found = giveWay(at: place.since) else { return place }
      gone = found
    }
    waiting.append(place)
    return gone
  }

  /// Takes out the one that gives way; `nil` when none may.
  mutating func giveWay(at now: Nanoseconds) -> Place? {
    var counts: [UInt32: Int] = [:]
    for place in waiting { counts[place.uid, default: 0] += 1 }
    // Those that wait longest come first.
    let mayGo = waiting.filter {
      counts[$0.uid, default: 0] > Self.few || now - $0.since >= Self.grace
    }
    guard let most = mayGo.map({ counts[$0.uid, default: 0] }).max(),
      let found = mayGo.first(where: { counts[$0.uid] == most })
    else { return nil }
    remove(found.descriptor)
    return found
  }

  /// Takes out one that is done.
  mutating func remove(_ descriptor: Int32) { waiting.removeAll { $0.descriptor == descriptor } }

  private mutating func remove(oldestOf uid: UInt32) -> Place? {
    guard let index = waiting.firstIndex(where: { $0.uid == uid }) else { return nil }
    return waiting.remove(at: index)
  }
}
