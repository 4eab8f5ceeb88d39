// Decides: how the log names a user.
// Leaves to others: who is behind a connection (Caller).

import Foundation
import Synchronization

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
