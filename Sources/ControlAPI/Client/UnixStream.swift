// Decides: how a client's socket is opened, read and written, each with a time limit.
// Leaves to others: what is said (ControlClient, StopClient).

import Foundation

/// A connected Unix socket. Not for several threads at once.
final class UnixStream {
  let descriptor: Int32

  /// Connects.
  init(path: String) throws(ControlClientError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard !bytes.isEmpty, bytes.count < capacity, !bytes.contains(0) else {
      throw .pathTooLong(path)
    }
    // SAFETY: the path fits with its final zero, as checked.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    if descriptor < 0 { throw .notListening(path, errno) }
    // A daemon that hangs takes no connection: waiting for it ends too.
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    // SAFETY: one structure of the size that is stated. Without it the call waits as before.
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    // SAFETY: the address is read as a general one of the size that is stated.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, size)
      }
    }
    guard result == 0 else {
      let code = errno
      // Closed by deinit, which runs although this throws: closing it here as well would close
      // what another thread has opened in between.
      throw code == EACCES ? .notPermitted(path) : .notListening(path, code)
    }
  }

  deinit { _ = close(descriptor) }

  /// CLOCK_MONOTONIC in milliseconds.
  static func now() -> Int64 {
    var time = timespec()
    // SAFETY: writes one structure.
    let result = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    precondition(result == 0, "the monotonic clock can be read")
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Waits until it can be read or written; `false` when the time is over.
  func wait(for events: Int32, until limit: Int64) throws(ControlClientError) -> Bool {
    while true {
      let left = max(0, min(limit - Self.now(), Int64(Int32.max)))
      var item = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      // SAFETY: one entry, which the call fills in.
      let result = unsafe poll(&item, 1, Int32(left))
      if result > 0 { return true }
      if result == 0 { return false }
      if errno != EINTR { throw .disconnected(errno) }
    }
  }

  /// Writes everything.
  func write(_ bytes: Data, until limit: Int64) throws(ControlClientError) {
    var sent = 0
    while sent < bytes.count {
      guard try wait(for: POLLOUT, until: limit) else { throw .timedOut("while it was written to") }
      // SAFETY: the buffer lives across the call, which reads what is left of it.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent..<buffer.count])
        return unsafe send(
          descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count >= 0 {
        sent += count
      } else if errno != EINTR && errno != EAGAIN {
        throw .disconnected(errno)
      }
    }
  }

  /// Reads what is there; `nil` when the time is over.
  func read(until limit: Int64) throws(ControlClientError) -> Data? {
    while true {
      guard try wait(for: POLLIN, until: limit) else { return nil }
      var buffer = Data(count: 65_536)
      // SAFETY: the call fills at most the buffer's bytes.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
      }
      if count > 0 { return buffer.prefix(count) }
      if count == 0 { throw .disconnected(0) }
      if errno != EINTR && errno != EAGAIN { throw .disconnected(errno) }
    }
  }
}
