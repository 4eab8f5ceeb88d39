// Decides: how STOP is served on `stop.sock` without an event loop.
// Leaves to others: what STOP does (Stimulator), who gives way (StopPlaces), the socket's file
// (SocketFolder).

import CRealTime
import ControlAPI
import Foundation
import RealTimeLoop
import SessionController
import StimulationCore
import Synchronization

/// A plain thread that waits for bytes on `stop.sock`. Any byte is STOP.
final class StopThread: Sendable {
  /// Connections that are accepted before those that wait are looked at again.
  static let mostAtOnce = 256
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
    // Accepting ends where nobody waits.
    guard fcntl(listener, F_SETFL, O_NONBLOCK) == 0 else {
      throw .noStopThread("O_NONBLOCK failed (error \(errno))")
    }
    if listen(listener, 256) != 0 { throw .noStopThread("listen failed (error \(errno))") }
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
    var places = StopPlaces()
    while !mustEnd.load(ordering: .acquiring) {
      let items = [listener, wakeup] + places.waiting.map(\.descriptor)
      var polled = items.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      // SAFETY: the array lives across the call, which fills it in.
      let ready = unsafe polled.withUnsafeMutableBufferPointer {
        unsafe poll($0.baseAddress, nfds_t($0.count), -1)
      }
      if ready < 0 { continue }
      let seenAt = ServerClock.now
      for item in polled.dropFirst(2) where item.revents != 0 {
        if serve(item.fd, seenAt) {
          places.remove(item.fd)
          _ = close(item.fd)
        }
      }
      if polled[0].revents != 0 { acceptAll(&places) }
    }
    for place in places.waiting { _ = close(place.descriptor) }
  }

  /// Accepts whoever waits, and serves at once whose STOP is there already: it needs no place.
  private func acceptAll(_ places: inout StopPlaces) {
    for _ in 0..<Self.mostAtOnce {
      // No flags: the daemon starts no other program, and every read and write here says that it
      // does not wait.
      let connection = Glibc.accept(listener, nil, nil)
      let now = ServerClock.now
      if connection < 0 && (errno == EMFILE || errno == ENFILE) {
        // Out of descriptors: somebody who only waits gives way.
        if let gone = places.giveWay(at: now) {
          turnAway(gone, ofUser: false)
        } else {
          return ServerClock.pause(.milliseconds(1))
        }
      } else if connection < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        return
      } else if serve(connection, now) {
        _ = close(connection)
      } else {
        let uid = PeerCredentials(of: connection)?.uid ?? .max
        let place = StopPlaces.Place(descriptor: connection, uid: uid, since: now)
        if let gone = places.add(place) {
          turnAway(gone, ofUser: places.waiting.count < StopPlaces.most)
        }
      }
    }
  }

  /// Closes one that gives way, unless its STOP came in just now.
  private func turnAway(_ place: StopPlaces.Place, ofUser: Bool) {
    defer { _ = close(place.descriptor) }
    if serve(place.descriptor, ServerClock.now) { return }
    let most = ofUser ? StopPlaces.mostOfUser : StopPlaces.most
    send(place.descriptor, ReplyText.error(id: "null", .noPlace("stop", most, ofUser: ofUser)))
  }

  /// Sends a line, if it fits. Whoever does not read it has stopped all the same.
  private func send(_ connection: Int32, _ line: [UInt8]) {
    // SAFETY: the line lives across the call.
    _ = unsafe line.withUnsafeBytes {
      unsafe Glibc.send(
        connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
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
    send(
      connection, Array((StopReply.result(inactive: inactive, reaction: reaction) + "\n").utf8))
    records.acted(
      PeerCredentials(of: connection)?.uid ?? .max, seenAt: seenAt, inactive: inactive,
      after: reaction)
    return true
  }
}
