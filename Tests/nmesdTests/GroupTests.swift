// Decides: that sockets belong to their groups where these exist, and keep everyone else out.
// Leaves to others: machines without the groups (StartTests), what each may do (LeaseTests).

import ControlAPI
import Foundation
import Testing

@Suite("Groups of nmesd", .serialized) struct GroupTests {
  /// Numbers that no user of this machine has.
  private static let user = 64_990
  private static let control = 64_991
  private static let monitor = 64_992

  /// Runs what follows with a group file of its own, in a mount namespace of its own.
  private static func space(_ bench: Bench) throws -> [String] {
    let groups = try bench.write(
      "root:x:0:\nnmes:x:\(control):\nnmes-monitor:x:\(monitor):\n", to: "group")
    return [
      "/usr/bin/env", "unshare", "-m", "sh", "-c",
      "mount --bind '\(groups)' /etc/group && exec \"$@\"", "sh",
    ]
  }

  private static func identity(_ groups: Int...) -> [String] {
    [
      "setpriv", "--reuid", "\(user)", "--regid", "\(groups[0])", "--groups",
      groups.map(String.init).joined(separator: ","),
    ]
  }

  static var isPermitted: Bool {
    guard getuid() == 0, let bench = try? Bench(), let launcher = try? space(bench) else {
      return false
    }
    return (try? run(launcher + identity(control) + ["true"])) == 0
  }

  private static func run(_ words: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The folder is the daemon's.
  private static func give(_ bench: Bench) throws {
    try FileManager.default.setAttributes(
      [
        .ownerAccountID: user, .groupOwnerAccountID: control, .posixPermissions: 0o755,
      ], ofItemAtPath: bench.folder.path)
  }

  /// Whether somebody of these groups can connect to a socket.
  private static func reaches(_ path: String, _ groups: Int) throws -> Bool {
    let script = """
      use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) or exit 1;
      exit(connect(S, pack_sockaddr_un($ARGV[0])) ? 0 : $!{EACCES} ? 13 : 1)
      """
    let words = ["/usr/bin/env"] + identity(groups) + ["perl", "-MErrno", "-e", script, path]
    let status = try run(words.map { $0 == "\(user)" ? "\(user + 5)" : $0 })
    try #require([0, 13].contains(status), "\(path): \(status)")
    return status == 0
  }

  @Test(
    "SR-53: each socket is its group's, STOP is everyone's, and nothing is said of missing groups",
    .enabled(if: GroupTests.isPermitted, "namespaces and other users need root"))
  func owned() throws {
    let bench = try Bench()
    try Self.give(bench)
    let launcher = try Self.space(bench) + Self.identity(Self.control, Self.monitor)
    let daemon = try NmesdProcess(
      bench.arguments(), environment: [:], launcher: launcher, errors: bench.path("err"))
    try daemon.waitUntilServing()
    #expect(!daemon.errors.contains("open to this user and root alone"), "\(daemon.errors)")
    for (path, group, other) in [
      (bench.directory.control, Self.control, Self.monitor),
      (bench.directory.monitor, Self.monitor, Self.control),
    ] {
      let found = try FileManager.default.attributesOfItem(atPath: path)
      #expect(found[.groupOwnerAccountID] as? Int == group)
      #expect(found[.posixPermissions] as? Int == 0o660)
      #expect(try Self.reaches(path, group))
      #expect(try !Self.reaches(path, other))
    }
    #expect(try Self.reaches(bench.directory.stop, Self.monitor))
    #expect(try Self.reaches(bench.directory.stop, Self.user))
    try daemon.terminate()
    #expect(daemon.status == 0, "\(daemon.errors)")
  }

  @Test(
    "A group that the daemon is no member of cannot be given: the socket stays its own",
    .enabled(if: GroupTests.isPermitted, "namespaces and other users need root"))
  func notAMember() throws {
    let bench = try Bench()
    try Self.give(bench)
    let launcher = try Self.space(bench) + Self.identity(Self.control)
    let daemon = try NmesdProcess(
      bench.arguments(), environment: [:], launcher: launcher, errors: bench.path("err"))
    try daemon.waitUntilServing()
    #expect(daemon.errors.contains("may not give it to the group nmes-monitor"))
    #expect(!daemon.errors.contains("control.sock is open to this user"))
    #expect(try !Self.reaches(bench.directory.monitor, Self.monitor))
    #expect(try Self.reaches(bench.directory.control, Self.control))
    try daemon.terminate()
  }
}
