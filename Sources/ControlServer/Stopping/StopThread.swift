// Decides: how STOP is served on `stop.sock` without an event loop.
// Leaves to others: what STOP does (Stimulator), the socket's file (SocketFolder).

import CRealTime
import Foundation
import RealTimeLoop
import SessionController
import StimulationCore
import Synchronization

/// A plain thread that waits for bytes on `stop.sock`. Any byte is STOP.
final class StopThread: Sendable {
  /// Connections that wait for somebody's STOP; beyond, the oldest is closed.
  static let mostConnections = 128
  /// One below the loop's.
  static let priority: Int32 = 79

  private let listener: Int32
  private let wakeup: Int32
  private let stimulator: Stimulator
  private let records: StopRecords
  private let said: SaidStop
  private let mustEnd = Atomic<Bool>(false)
  private let thread = Mutex<RealTimeThread?>(nil)

  /// Serves a socket that is bound; each STOP is handed to `records` after it was answered.
  init(
    _ listener: Int32, _ stimulator: Stimulator, _ records: StopRecords, _ said: SaidStop
  ) throws(ServerFailure) {
    self.listener = listener
    self.stimulator = stimulator
    self.records = records
    self.said = said
    wakeup = nmes_event_create()
    if wakeup < 0 { throw .noStopThread("error \(-wakeup)") }
    if listen(listener, 64) != 0 { throw .noStopThread("listen failed (error \(errno))") }
    let result = thread.withLock { thread -> String? in
      do throws(RealTimeThreadError) {
        thread = try RealTimeThread(priority: nil) { [self] in run() }
        return nil
      } catch {
        return error.description
      }
    }
    if let result { throw .noStopThread(result) }
  }

  /// Ends the thread.
  func end() {
    mustEnd.store(true, ordering: .releasing)
    _ = nmes_event_signal(wakeup)
    thread.withLock { thread in
      let running = thread.take()
      running?.join()
    }
  }

  deinit {
    _ = nmes_event_close(wakeup)
    _ = close(listener)
  }

  private func run() {
    // Where it is not permitted the thread serves all the same.
    _ = nmes_set_fifo(Self.priority)
    var connections: [Int32] = []
    while !mustEnd.load(ordering: .acquiring) {
      var items = [listener, wakeup] as [Int32]
      items += connections
      var polled = items.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      // SAFETY: the array lives across the call, which fills it in.
      let ready = unsafe polled.withUnsafeMutableBufferPointer {
        unsafe poll($0.baseAddress, nfds_t($0.count), -1)
      }
      if ready < 0 { continue }
      let seenAt = ServerClock.now
      for item in polled.dropFirst(2) where item.revents != 0 {
        if serve(item.fd, seenAt) {
          connections.removeAll { $0 == item.fd }
          _ = close(item.fd)
        }
      }
      if polled[0].revents != 0 { accept(&connections) }
    }
    for connection in connections { _ = close(connection) }
  }

  private func accept(_ connections: inout [Int32]) {
    // No flags: the daemon starts no other program, and every read and write here says that it
    // does not wait.
    let connection = Glibc.accept(listener, nil, nil)
    guard connection >= 0 else {
      // Out of descriptors: somebody who only waits gives way.
      if (errno == EMFILE || errno == ENFILE) && !connections.isEmpty {
        _ = close(connections.removeFirst())
      } else if errno == EMFILE || errno == ENFILE {
        ServerClock.pause(.milliseconds(1))
      }
      return
    }
    if connections.count >= Self.mostConnections { _ = close(connections.removeFirst()) }
    connections.append(connection)
  }

  /// Reads, stops and answers; `true` when the connection is done.
  private func serve(_ connection: Int32, _ seenAt: Nanoseconds) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    // SAFETY: the call fills at most the array.
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe recv(connection, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
    }
    if count < 0 { return errno != EAGAIN && errno != EINTR }
    if count == 0 { return true }
    said.note(at: seenAt)
    stimulator.stop()
    let limit = seenAt + StopReply.patience
    while stimulator.outputsAreActive && ServerClock.now < limit {
      ServerClock.pause(StopReply.step)
    }
    let inactive = !stimulator.outputsAreActive
    let reaction = ServerClock.now - seenAt
    let line = Array((StopReply.result(inactive: inactive, reaction: reaction) + "\n").utf8)
    // SAFETY: the line lives across the call. Whoever does not read it has stopped all the same.
    _ = unsafe line.withUnsafeBytes {
      unsafe send(
        connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
    var peer = PeerCredentials()
    var size = socklen_t(MemoryLayout<PeerCredentials>.size)
    // SAFETY: fills in one structure of the size that is stated.
    let known = unsafe getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size)
    records.acted(
      known == 0 ? peer.uid : .max, seenAt: seenAt, inactive: inactive, after: reaction)
    return true
  }
}
