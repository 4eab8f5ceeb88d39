// Decides: that one daemon serves a runtime directory, and how its sockets are made.
// Leaves to others: accepting (ControlServer, StopThread).

public import ControlAPI
import Foundation
import Synchronization

/// The runtime directory while this process serves it.
public final class SocketFolder: Sendable {
  /// The groups that may use the sockets; `nil` where the group does not exist here.
  struct Groups {
    static let control = "nmes"
    static let monitor = "nmes-monitor"
  }

  /// Its paths.
  public let paths: RuntimeDirectory
  /// What is to be said of it: groups that do not exist here or cannot be given.
  public var standing: [String] { notes.withLock { $0 } }
  private let lock: Int32
  private let notes = Mutex<[String]>([])

  /// Takes the directory; makes it where its parent exists.
  public init(_ paths: RuntimeDirectory) throws(ServerFailure) {
    self.paths = paths
    // SAFETY: (all below) a text that is passed to the system lives across the call.
    if unsafe mkdir(paths.path, 0o755) == 0 {
      // Whatever the umask: each socket's own mode and group decides.
      if unsafe chmod(paths.path, 0o755) != 0 { throw .directory(paths.path, errno) }
    } else if errno != EEXIST {
      throw .directory(paths.path, errno)
    }
    try Self.check(paths.path)
    let path = paths.path + "/nmesd.lock"
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    if file < 0 { throw .directory(paths.path, errno) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      _ = close(file)
      guard code == EWOULDBLOCK else { throw .directory(paths.path, code) }
      let text = try? String(contentsOfFile: path, encoding: .utf8)
      throw .alreadyServed(
        directory: paths.path,
        process: text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    }
    lock = file
    let text = Array("\(getpid())\n".utf8)
    // SAFETY: the text lives across the call.
    let written = unsafe text.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
    guard ftruncate(file, off_t(text.count)) == 0, written == text.count else {
      throw .directory(paths.path, errno)
    }
  }

  deinit { _ = close(lock) }

  /// Refuses a directory in which others could put sockets of their own in place of these.
  private static func check(_ path: String) throws(ServerFailure) {
    var status = stat()
    // SAFETY: fills in one structure.
    if unsafe stat(path, &status) != 0 { throw .directory(path, errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .directory(path, ENOTDIR) }
    let isOwn = status.st_uid == geteuid() || status.st_uid == 0
    guard isOwn, status.st_mode & (S_IWGRP | S_IWOTH) == 0 else { throw .notSafe(path) }
  }

  /// A socket that listens nowhere yet, with its mode and group.
  func bind(_ path: String, mode: mode_t, group: String?) throws(ServerFailure) -> Int32 {
    try removeStale(path)
    var address = try Self.address(path)
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
    if socket < 0 { throw .socket(path, call: "socket", errno) }
    // SAFETY: the address is read as a general one of the size that is stated.
    let result = unsafe Self.general(&address) { unsafe Glibc.bind(socket, $0, $1) }
    if result != 0 {
      let code = errno
      _ = close(socket)
      throw .socket(path, call: "bind", code)
    }
    // Nobody can connect before it listens, so that nobody slips in before these hold.
    let isGiven = group.map { give(path, to: $0) } ?? true
    if unsafe chmod(path, isGiven ? mode : mode & 0o700) != 0 {
      let code = errno
      _ = close(socket)
      throw .socket(path, call: "chmod", code)
    }
    return socket
  }

  /// Gives a socket to its group; one that cannot be given stays with this user alone (SR-53).
  private func give(_ path: String, to group: String) -> Bool {
    let reason: String
    if let id = Self.group(group) {
      if unsafe chown(path, uid_t.max, id) == 0 { return true }
      reason = "this process may not give it to the group \(group) (error \(errno)); be a member"
    } else {
      reason = "there is no group \(group) here (nmes.sysusers makes it)"
    }
    notes.withLock { $0.append("\(path) is open to this user and root alone: \(reason)") }
    return false
  }

  /// Removes a socket that nobody listens on. Nothing else is removed.
  private func removeStale(_ path: String) throws(ServerFailure) {
    var status = stat()
    // SAFETY: fills in one structure.
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw .socket(path, call: "lstat", errno)
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    var address = try Self.address(path)
    let probe = Glibc.socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    if probe < 0 { throw .socket(path, call: "socket", errno) }
    defer { _ = close(probe) }
    // SAFETY: the address is read as a general one of the size that is stated.
    let result = unsafe Self.general(&address) { unsafe connect(probe, $0, $1) }
    let code = errno
    guard result != 0, code == ECONNREFUSED else {
      throw .alreadyServed(directory: paths.path, process: nil)
    }
    if unsafe unlink(path) != 0 { throw .socket(path, call: "unlink", errno) }
  }

  /// Removes the sockets at the end.
  func remove() {
    for path in [paths.control, paths.monitor, paths.stop] {
      // Whatever is left is stale, and the next daemon removes it.
      _ = unsafe unlink(path)
    }
  }

  private static func group(_ name: String) -> gid_t? {
    var entry = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    // SAFETY: the entry's texts stand in the buffer, and only its number is used.
    return unsafe buffer.withUnsafeMutableBufferPointer { space in
      guard let start = space.baseAddress else { return nil }
      let result = unsafe getgrnam_r(name, &entry, start, space.count, &found)
      return unsafe result == 0 && found != nil ? entry.gr_gid : nil
    }
  }

  private static func address(_ path: String) throws(ServerFailure) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path),
      !bytes.contains(0)
    else { throw .pathTooLong(path) }
    // SAFETY: the path fits with its final zero, as checked.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return address
  }

  private static func general(
    _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    // SAFETY: a socket's address may be read as a general one.
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
