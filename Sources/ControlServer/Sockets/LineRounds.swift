// Decides: how connections take turns at their lines, and for how long before the event loop looks
// at the sockets again.
// Leaves to others: finding STOP as bytes come (Connection), the lines themselves (LineIntake).

import NIOCore
import StimulationCore

// SAFETY: used on its event loop only, which `add` checks and its own tasks are on.
/// Connections whose lines wait. However many there are and however much they sent, the event loop
/// reads all sockets, and finds STOP there, between one round and the next.
final class LineRounds: @unchecked Sendable {
  /// So long a round goes on; the line that it is at is finished.
  static let length = Nanoseconds.microseconds(300)
  /// The least time between two rounds. It is as long as the last round otherwise, so that those
  /// whose work the lines ask for, and the log, have a processor too where there is only one.
  static let leastPause = Nanoseconds.microseconds(50)
  /// So many lines of one connection are taken in its turn.
  static let linesInATurn = 8

  private let loop: any EventLoop
  private var waiting = CircularBuffer<Connection>()
  private var isScheduled = false

  init(_ loop: any EventLoop) { self.loop = loop }

  /// Puts a connection behind those that wait; it is there once.
  func add(_ connection: Connection) {
    loop.preconditionInEventLoop()
    waiting.append(connection)
    if isScheduled { return }
    isScheduled = true
    // After every socket that is ready now was read.
    loop.execute { [self] in round() }
  }

  private func round() {
    let began = ServerClock.now
    var taken = Nanoseconds.zero
    while taken < Self.length, let connection = waiting.popFirst() {
      if connection.takeLines(most: Self.linesInATurn, until: began + Self.length) {
        waiting.append(connection)
      }
      taken = ServerClock.now - began
    }
    isScheduled = !waiting.isEmpty
    guard isScheduled else { return }
    let pause = max(taken, Self.leastPause)
    loop.scheduleTask(in: .nanoseconds(pause.rawValue)) { [self] in round() }
  }
}
