// Decides: that one daemon serves a runtime directory, and how its sockets are made.
// Leaves to others: accepting (ControlServer, StopThread).

public import ControlAPI
import Foundation

/// The runtime directory while this process serves it.
public final class SocketFolder: Sendable {
  /// The groups that may use the sockets; `nil` where the group does not exist here.
  struct Groups {
    static let control = "nmes"
    static let monitor = "nmes-monitor"
  }

  /// Its paths.
  public let paths: RuntimeDirectory
  private let lock: Int32

  /// Takes the directory; makes it where its parent exists.
  public init(_ paths: RuntimeDirectory) throws(ServerFailure) {
    self.paths = paths
    // SAFETY: (all below) a text that is passed to the system lives across the call.
    if unsafe mkdir(paths.path, 0o755) != 0 && errno != EEXIST {
      throw .directory(paths.path, errno)
    }
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
    if let group, let id = Self.group(group), unsafe chown(path, uid_t.max, id) != 0,
      geteuid() == 0
    {
      throw .socket(path, call: "chown", errno)
    }
    if unsafe chmod(path, mode) != 0 { throw .socket(path, call: "chmod", errno) }
    return socket
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
