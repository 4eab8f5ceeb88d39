// Decides: how a test is a daemon, with sockets, statuses and answers as it wants them.
// Leaves to others: what the console makes of them.

import ControlAPI
import Foundation
import Synchronization

/// A daemon that has no stimulator: its status is what a test makes of it.
final class FakeDaemon: Sendable {
  struct Trouble: Error { let what: String }

  /// What it shows and what it was asked.
  struct State: Sendable {
    var status = Status(
      sequence: 1, phase: "idle", state: "faulted", board: "simulated", isSimulated: true)
    /// The methods, in order, without renewals.
    var asked: [String] = []
    /// How many were STOP.
    var stops = 0
    var leases = 0
    /// The parameters of the request that is carried out.
    var parameters: JSONValue?
    /// Whether statuses are held back.
    var isMute = false
    /// What it does at a method, before it answers.
    var acts: [String: @Sendable (inout State) -> RPCError?] = [:]
    /// How many milliseconds an answer takes.
    var delays_ms: [String: UInt32] = [:]
    /// What STOP is answered.
    var isInactive = true
    /// Whether STOP ends the session.
    var stopEnds = true
    fileprivate var connections: [Int32] = []
  }

  let directory: RuntimeDirectory
  let state = Mutex(State())
  private let listeners: [Int32]

  init() throws {
    _ = signal(SIGPIPE, SIG_IGN)
    let path = "/tmp/nmes-fake-\(UUID().uuidString.prefix(12))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    directory = RuntimeDirectory(path: path)
    listeners = try [directory.control, directory.monitor, directory.stop].map(Self.listen)
    for (index, listener) in listeners.enumerated() {
      Thread.detachNewThread { [self] in accept(listener, isStop: index == 2) }
    }
  }

  /// Takes it away, so that its threads end.
  func end() {
    for listener in listeners { _ = shutdown(listener, Int32(SHUT_RDWR)) }
    hangUp()
    try? FileManager.default.removeItem(atPath: directory.path)
  }

  /// Breaks every connection.
  func hangUp() {
    let all = state.withLock { state in
      defer { state.connections = [] }
      return state.connections
    }
    for connection in all { _ = shutdown(connection, Int32(SHUT_RDWR)) }
  }

  /// Changes what it shows.
  func show(_ change: (inout Status) -> Void) { state.withLock { change(&$0.status) } }

  /// Another operator leads.
  func showOther(phase: String, state name: String) {
    show { status in
      status.lease.mine = false
      status.lease.holder = LeaseHolder(uid: 7, client: "nmes console")
      status.phase = phase
      status.state = name
    }
  }

  var stops: Int { state.withLock { $0.stops } }
  var asked: [String] { state.withLock { $0.asked } }

  // MARK: - Sockets

  private static func listen(_ path: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the path is shorter than the field, which is all zero.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    // SAFETY: the address is read as a general one of the size that is stated.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(listener, $0, size)
      }
    }
    guard listener >= 0, result == 0, Glibc.listen(listener, 16) == 0 else {
      throw Trouble(what: path)
    }
    return listener
  }

  private func accept(_ listener: Int32, isStop: Bool) {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { break }
      state.withLock { $0.connections.append(connection) }
      Thread.detachNewThread { [self] in
        if isStop { stop(connection) } else { serve(connection) }
      }
    }
    _ = close(listener)
  }

  private static func read(_ connection: Int32) -> Data? {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    // SAFETY: the call fills at most the buffer's bytes.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe Glibc.read(connection, $0.baseAddress, $0.count)
    }
    return count > 0 ? Data(buffer[..<count]) : nil
  }

  private static func write(_ value: some Encodable, to connection: Int32) -> Bool {
    guard var line = try? JSONEncoder().encode(value) else { return false }
    line.append(0x0A)
    // SAFETY: the bytes live across the call, which reads them.
    return unsafe line.withUnsafeBytes {
      unsafe Glibc.write(connection, $0.baseAddress, $0.count)
    } == line.count
  }

  private func stop(_ connection: Int32) {
    guard Self.read(connection) != nil else { return }
    let isInactive = state.withLock { state in
      state.stops += 1
      if state.status.phase == "open" && state.stopEnds {
        state.status.phase = "over"
        state.status.outcome = "stopped"
        state.status.state = "completed"
      }
      return state.isInactive
    }
    _ = Self.write(
      StopRequest.Response(inactive: isInactive, reaction_us: isInactive ? 100 : -1),
      to: connection)
    _ = shutdown(connection, Int32(SHUT_RDWR))
  }

  private func serve(_ connection: Int32) {
    // Each line is one write: answers and statuses do not mix.
    var buffer = Data()
    while let bytes = Self.read(connection) {
      buffer += bytes
      while let end = buffer.firstIndex(of: 0x0A) {
        let line = Data(buffer[buffer.startIndex..<end])
        buffer.removeSubrange(buffer.startIndex...end)
        guard let request = try? JSONDecoder().decode(RequestLine<JSONValue>.self, from: line)
        else { continue }
        answer(request, on: connection)
      }
    }
    state.withLock { $0.connections.removeAll { $0 == connection } }
    _ = shutdown(connection, Int32(SHUT_RDWR))
  }

  private func answer(_ request: RequestLine<JSONValue>, on connection: Int32) {
    let method = request.method
    let (error, delay) = state.withLock { state in
      if method != "lease.renew" { state.asked.append(method) }
      state.parameters = request.params
      let error = state.acts[method].map { $0(&state) } ?? Self.act(method, &state)
      return (error, state.delays_ms[method] ?? 0)
    }
    usleep(delay * 1_000)
    if let error {
      _ = Self.write(ResponseLine<JSONValue>(id: request.id, error: error), to: connection)
    } else {
      let result = state.withLock { Self.result(method, $0) }
      _ = Self.write(ResponseLine(id: request.id, result: result), to: connection)
    }
    if method == "status.subscribe" { Thread.detachNewThread { [self] in push(connection) } }
  }

  private func push(_ connection: Int32) {
    var isThere = true
    while isThere {
      usleep(20_000)
      let status: Status? = state.withLock { state in
        guard state.connections.contains(connection) else {
          isThere = false
          return nil
        }
        state.status.sequence += 1
        return state.isMute ? nil : state.status
      }
      if let status {
        isThere = isThere && Self.write(NotificationLine(.statusChanged, status), to: connection)
      }
    }
  }
}
