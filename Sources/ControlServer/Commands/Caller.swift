// Decides: what is known of whoever stands behind a connection.
// Leaves to others: what each may do (Method.access, LeaseBook).

import ControlAPI
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
