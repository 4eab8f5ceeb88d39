// Decides: how the daemon starts, and by which status and words it refuses to.
// Leaves to others: sessions (SessionTests) and the end (EndTests).

import ControlAPI
import DoseLog
import Foundation
import Testing

@Suite("Start of nmesd", .serialized) struct StartTests {
  @Test("It comes up faulted with nothing energised, and says where it serves")
  func faulted() throws {
    let bench = try Bench()
    let daemon = try bench.daemon()
    let client = try bench.monitor()
    let hello = try client.call(HelloRequest(client: "test"), timeout_ms: 60_000)
    #expect(hello.product == "nmesd" && hello.board == "simulated" && hello.isSimulated)
    let status = try client.call(StatusGetRequest(), timeout_ms: 60_000)
    #expect(status.phase == "idle" && status.state == "faulted" && !status.outputsAreActive)
    #expect(daemon.errors.contains("faulted until a self-check"))
    try daemon.terminate()
    #expect(daemon.status == 0, "\(daemon.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.directory.path) == ["nmesd.lock"])
  }

  @Test("A socket whose group is not here is this user's alone, which is said; STOP is open")
  func groups() throws {
    let bench = try Bench()
    let daemon = try bench.daemon()
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    for (path, group) in [
      (bench.directory.control, "nmes"), (bench.directory.monitor, "nmes-monitor"),
    ] {
      let isOpen = daemon.errors.contains("\(path) is open to this user and root alone")
      let hasGroup = try String(contentsOfFile: "/etc/group", encoding: .utf8)
        .split(separator: "\n").contains { $0.hasPrefix("\(group):") }
      #expect(try mode(path) == (isOpen ? 0o600 : 0o660))
      if !hasGroup { #expect(daemon.errors.contains("there is no group \(group) here")) }
    }
    #expect(try mode(bench.directory.stop) == 0o666)
    #expect(try mode(bench.directory.path) == 0o755)
  }

  @Test("A second daemon on the same folder or the same log is refused by the first's number")
  func second() throws {
    let bench = try Bench()
    let daemon = try bench.daemon()
    let folder = try bench.ended([
      "--runtime-directory", bench.directory.path, "--log", bench.path("other.sqlite"),
    ])
    #expect(folder.status == 3, "\(folder.errors)")
    #expect(folder.errors.contains("another nmesd (process \(daemon.id)) serves"))
    #expect(!FileManager.default.fileExists(atPath: bench.path("other.sqlite")))
    let log = try bench.ended([
      "--runtime-directory", bench.path("run2"), "--log", bench.log,
    ])
    #expect(log.status == 3, "\(log.errors)")
    #expect(log.errors.contains("in use by process \(daemon.id)"))
    #expect(try bench.control().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("What of the program only the start needed is given back when it serves")
  func givesBack() throws {
    let bench = try Bench()
    let daemon = try bench.daemon()
    // Peak and present are of one reading; what is called brings some of it back.
    #expect(
      try Bench.wait {
        let lines = try String(contentsOfFile: "/proc/\(daemon.id)/status", encoding: .utf8)
        func kilobytes(_ name: String) -> Int {
          lines.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { Int($0.filter(\.isNumber)) } ?? 0
        }
        return kilobytes("VmRSS:") < kilobytes("VmHWM:") * 9 / 10
      })
    #expect(try bench.monitor().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("Sockets that a killed daemon left are replaced")
  func staleSockets() throws {
    let bench = try Bench()
    let first = try bench.daemon()
    first.signal(SIGKILL)
    try first.waitForEnd()
    #expect(FileManager.default.fileExists(atPath: bench.directory.control))
    let next = try bench.daemon()
    #expect(try bench.control().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
    _ = next
  }

  @Test("What stands in a socket's place and is none is refused and left as it is")
  func notASocket() throws {
    for name in ["control.sock", "monitor.sock", "stop.sock"] {
      for isLink in [false, true] {
        let bench = try Bench()
        try FileManager.default.createDirectory(
          atPath: bench.directory.path, withIntermediateDirectories: true)
        let place = bench.directory.path + "/" + name
        let target = try bench.write("precious", to: "target")
        if isLink {
          try FileManager.default.createSymbolicLink(
            atPath: place, withDestinationPath: target)
        } else {
          try FileManager.default.copyItem(atPath: target, toPath: place)
        }
        let daemon = try bench.ended(bench.arguments())
        #expect(daemon.status == 2, "\(name): \(daemon.errors)")
        #expect(daemon.errors.contains("\(place) is not a socket and was left as it is"))
        #expect(try String(contentsOfFile: place, encoding: .utf8) == "precious")
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
      }
    }
  }

  @Test("A lock that is a link is not followed")
  func linkedLock() throws {
    let bench = try Bench()
    try FileManager.default.createDirectory(
      atPath: bench.directory.path, withIntermediateDirectories: true)
    let target = try bench.write("precious", to: "target")
    try FileManager.default.createSymbolicLink(
      atPath: bench.directory.path + "/nmesd.lock", withDestinationPath: target)
    let daemon = try bench.ended(bench.arguments())
    #expect(daemon.status == 2, "\(daemon.errors)")
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
  }

  @Test("A folder in which others may write is refused", arguments: [0o775, 0o757, 0o1777])
  func writableFolder(mode: Int) throws {
    let bench = try Bench()
    try FileManager.default.createDirectory(
      atPath: bench.directory.path, withIntermediateDirectories: true)
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: bench.directory.path)
    let daemon = try bench.ended(bench.arguments())
    #expect(daemon.status == 3, "\(daemon.errors)")
    #expect(daemon.errors.contains("could put a socket of theirs there"))
  }

  @Test("A log or folder that cannot be had is named, and nothing is left behind")
  func unusable() throws {
    let bench = try Bench()
    let file = try bench.write("no log", to: "text")
    let cases: [(arguments: [String], status: Int32, words: String)] = [
      (["--log", file], 2, "is not a dose log"),
      (["--log", bench.folder.path], 2, "is a directory"),
      (["--log", file + "/dose.sqlite"], 2, "cannot be made"),
      (["--runtime-directory", file], 2, "the runtime directory"),
      (["--runtime-directory", bench.path("no/such")], 2, "the runtime directory"),
      (["--runtime-directory", bench.path(String(repeating: "x", count: 100))], 2, "too long"),
    ]
    for (index, test) in cases.enumerated() {
      var arguments = ["--runtime-directory", bench.path("r\(index)"), "--log", bench.log]
      for (place, word) in zip(0..., arguments) where word == test.arguments[0] {
        arguments[place + 1] = test.arguments[1]
      }
      let daemon = try bench.ended(arguments)
      #expect(daemon.status == test.status, "\(test.arguments): \(daemon.errors)")
      #expect(daemon.errors.contains(test.words), "\(test.arguments): \(daemon.errors)")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "no log")
  }

  @Test("Bad usage is refused with status 2, and help and version are given")
  func usage() throws {
    let bench = try Bench()
    let cases: [([String], String)] = [
      (["--pace", "0"], "--pace 0"), (["--pace", "10001"], "10001"), (["--pace", "x"], "--pace"),
      (["--board", "kernel-bench", "--pace", "2"], "pace belongs"),
      (["--board", "no-such-board"], "no-such-board"), (["--bord", "simulated"], "--bord"),
      (["--config", bench.path("none.yaml")], "cannot be read"),
    ]
    for (arguments, words) in cases {
      var all = ["--runtime-directory", bench.path("run"), "--log", bench.log]
      all += arguments
      let daemon = try bench.ended(all)
      #expect(daemon.status == 2, "\(arguments): \(daemon.errors)")
      #expect(daemon.errors.contains(words), "\(arguments): \(daemon.errors)")
    }
    let version = try bench.ended(["--version"])
    #expect(version.status == 0 && version.output.hasPrefix("nmesd "))
    let help = try bench.ended(["--help"])
    #expect(help.status == 0 && help.output.contains("--check-config"))
  }

  @Test("A board that this computer does not have is refused, and nothing is served")
  func noBoard() throws {
    let bench = try Bench()
    let daemon = try bench.ended([
      "--runtime-directory", bench.directory.path, "--log", bench.log, "--board", "kernel-bench",
    ])
    #expect(daemon.status == 3, "\(daemon.errors)")
    #expect(!FileManager.default.fileExists(atPath: bench.directory.control))
  }

  @Test("A board with a patient whose calibration nobody measured is not opened")
  func uncalibrated() throws {
    let bench = try Bench()
    let daemon = try bench.ended([
      "--runtime-directory", bench.directory.path, "--log", bench.log, "--board", "reference-1ch",
    ])
    #expect(daemon.status == 3, "\(daemon.errors)")
    #expect(daemon.errors.contains("is not calibrated"))
  }
}
