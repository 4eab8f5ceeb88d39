// Decides: how connections take turns at their lines, and for how long before the event loop looks
// at the sockets again.
// Leaves to others: finding STOP as bytes come (Connection), the lines themselves (LineIntake).

import NIOCore
import StimulationCore

// SAFETY: used on its event loop only, which `add` checks and its own tasks are on.
/// Connections whose lines wait. However many there are and however much they sent, the event loop
/// reads all sockets, and finds STOP there, between one round and the next.
///
/// Those of `control.sock` come first, and the one that leads before them; each round takes at
/// least one line of a monitor, so that nobody waits for ever.
final class LineRounds: @unchecked Sendable {
  /// So long a round goes on; the line that it is at is finished.
  static let length = Nanoseconds.microseconds(300)
  /// The least time between two rounds. It is as long as the last round otherwise, so that those
  /// whose work the lines ask for, and the log, have a processor too where there is only one.
  static let leastPause = Nanoseconds.microseconds(50)
  /// So many lines of one connection are taken in its turn.
  static let linesInATurn = 8

  private let loop: any EventLoop
  private var control = CircularBuffer<Connection>()
  private var monitors = CircularBuffer<Connection>()
  private var isScheduled = false

  init(_ loop: any EventLoop) { self.loop = loop }

  /// Puts a connection behind those that wait; it is there once.
  func add(_ connection: Connection) {
    loop.preconditionInEventLoop()
    if connection.caller.socket == .monitor {
      monitors.append(connection)
    } else if connection.leads {
      control.prepend(connection)
    } else {
      control.append(connection)
    }
    if isScheduled { return }
    isScheduled = true
    // After every socket that is ready now was read.
    loop.execute { [self] in round() }
  }

  private func round() {
    let began = ServerClock.now
    let limit = began + Self.length
    while ServerClock.now < limit, let connection = control.popFirst() {
      if take(connection, until: limit) { control.append(connection) }
    }
    repeat {
      guard let connection = monitors.popFirst() else { break }
      if take(connection, until: limit) { monitors.append(connection) }
    } while ServerClock.now < limit
    isScheduled = !control.isEmpty || !monitors.isEmpty
    guard isScheduled else { return }
    let taken = ServerClock.now - began
    let pause = max(taken, Self.leastPause)
    loop.scheduleTask(in: .nanoseconds(pause.rawValue)) { [self] in round() }
  }
  private func take(_ connection: Connection, until limit: Nanoseconds) -> Bool {
    connection.takeLines(most: Self.linesInATurn, until: limit)
  }
}
