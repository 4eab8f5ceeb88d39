// Decides: what is known of whoever stands behind a connection.
// Leaves to others: what each may do (Method.access, LeaseBook).

import ControlAPI
import Foundation
import Synchronization

/// Who asks. Shared by the event loop and the queue that serves the connection.
final class Caller: Sendable {
  /// The ids that are remembered, so that a replayed line is not run twice.
  static let mostIDs = 1_024

  private struct Memory {
    var client = "unnamed"
    var ids: Set<RequestID> = []
    var order: [RequestID] = []
    var oldest = 0
  }

  /// The connection's number.
  let number: UInt64
  /// The socket it came by.
  let socket: SocketKind
  /// The peer's user.
  let uid: UInt32
  /// The peer's process.
  let process: Int32
  private let memory = Mutex(Memory())
  private let gone = Atomic<Bool>(false)

  init(number: UInt64, socket: SocketKind, uid: UInt32, process: Int32) {
    self.number = number
    self.socket = socket
    self.uid = uid
    self.process = process
  }

  /// What the client called itself.
  var client: String {
    get { memory.withLock { $0.client } }
    set { memory.withLock { $0.client = newValue } }
  }

  /// Whether the connection is closed.
  var isGone: Bool { gone.load(ordering: .acquiring) }

  /// The connection is closed.
  func leave() { gone.store(true, ordering: .releasing) }

  /// Remembers an id; `false` when it was used already.
  func remember(_ id: RequestID) -> Bool {
    memory.withLock { memory in
      guard memory.ids.insert(id).inserted else { return false }
      if memory.order.count < Self.mostIDs {
        memory.order.append(id)
      } else {
        memory.ids.remove(memory.order[memory.oldest])
        memory.order[memory.oldest] = id
        memory.oldest = (memory.oldest + 1) % Self.mostIDs
      }
      return true
    }
  }
}

/// The names of users, each looked up once. A look-up may wait: not for the event loop.
final class UserNames: Sendable {
  private let known = Mutex<[UInt32: String]>([:])

  /// The actor as the log names it: `uid 1000 (name)`.
  func actor(_ uid: UInt32) -> String {
    known.withLock { known in
      if let text = known[uid] { return text }
      let text = Self.name(uid).map { "uid \(uid) (\($0))" } ?? "uid \(uid)"
      if known.count < 1_024 { known[uid] = text }
      return text
    }
  }

  private static func name(_ uid: UInt32) -> String? {
    // SAFETY: an entry of zeros, to be filled in.
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 4_096)
    // SAFETY: the entry's texts stand in the buffer, which outlives their use here.
    return unsafe buffer.withUnsafeMutableBufferPointer { space in
      guard let start = space.baseAddress else { return nil }
      let result = unsafe getpwuid_r(uid, &entry, start, space.count, &found)
      guard result == 0, unsafe found != nil, let name = unsafe entry.pw_name else { return nil }
      return unsafe String(cString: name)
    }
  }
}
