// Decides: how the kernel tells who stands behind a connection.
// Leaves to others: what they may do (Dispatcher, SocketFolder).

import Foundation

/// `struct ucred` as SO_PEERCRED fills it in.
struct PeerCredentials: Sendable {
  var process: Int32 = 0
  var uid: UInt32 = 0
  var gid: UInt32 = 0

  init() {}

  /// The peer of a socket; `nil` where the kernel does not tell.
  init?(of socket: Int32) {
    self.init()
    var size = socklen_t(MemoryLayout<PeerCredentials>.size)
    // SAFETY: fills in one structure of the size that is stated.
    guard unsafe getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &self, &size) == 0 else { return nil }
  }
}
