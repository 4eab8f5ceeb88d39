// Decides: what the service manager hears of the daemon, and who can read its figures.
// Leaves to others: which parts count as silent (ProgressJudgeTests), and each figure's text
// (PrometheusTests).

import ControlAPI
import Foundation
import Testing

/// A service manager's socket.
final class NotifyListener {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the scratch folder's path is short, and its final zero is there.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    // SAFETY: the address is read as a general one of its size.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(descriptor >= 0 && result == 0)
  }

  deinit { close(descriptor) }

  /// The next thing that was told; nothing when it is not told in time.
  func next(within_ms time: Int32 = 60_000) -> [String] {
    var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: one entry, which the call fills in.
    guard unsafe poll(&item, 1, time) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    // SAFETY: the call fills at most the array.
    let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// Reads until something is told; what was told before it is skipped.
  func wait(for line: String) -> [String] {
    for _ in 0..<1_000 {
      let lines = next()
      if lines.isEmpty { return [] }
      if lines.contains(where: { $0.hasPrefix(line) }) { return lines }
    }
    return []
  }
}

@Suite("Health of nmesd", .serialized) struct HealthTests {
  @Test("The service manager hears ready, alive, reloading and stopping, and what is run")
  func notified() throws {
    let bench = try Bench()
    let manager = try NotifyListener(bench.path("notify"))
    let daemon = try bench.daemon(
      pace: 4,
      environment: ["NOTIFY_SOCKET": bench.path("notify"), "WATCHDOG_USEC": "400000"])
    #expect(manager.next() == ["READY=1", "STATUS=board simulated, faulted"])
    #expect(manager.next() == ["WATCHDOG=1"])
    let leader = try Leader(bench)
    try leader.start()
    #expect(manager.wait(for: "STATUS=board simulated, session 1, r").count == 1)
    #expect(manager.wait(for: "WATCHDOG=1") == ["WATCHDOG=1"])
    daemon.signal(SIGHUP)
    #expect(manager.wait(for: "RELOADING=1").last?.hasPrefix("MONOTONIC_USEC=") == true)
    #expect(manager.wait(for: "READY=1").count == 2)
    try daemon.terminate()
    #expect(manager.wait(for: "STOPPING=1").count == 2)
  }

  @Test("A watchdog of another process, and a manager that is not there, are nobody's concern")
  func nobody() throws {
    let bench = try Bench()
    let gone = try bench.daemon(environment: ["NOTIFY_SOCKET": bench.path("none")])
    try gone.wait(for: "the service manager did not hear")
    #expect(try bench.monitor().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
    try gone.terminate()
    #expect(gone.status == 0)
    for name in ["", "relative", "vsock:1", "@" + String(repeating: "x", count: 200)] {
      let daemon = try bench.daemon(environment: ["NOTIFY_SOCKET": name])
      try daemon.terminate()
      #expect(daemon.status == 0, "\(name): \(daemon.errors)")
    }
  }

  @Test("A watchdog that is none is refused before anything is served for long")
  func noWatchdog() throws {
    let bench = try Bench()
    let file = try bench.write(
      "format: \"nmesd 1\"\nwatchdog:\n  device: \"/dev/null\"\n  timeout: \"15 s\"\n",
      to: "nmesd.yaml")
    let daemon = try bench.ended(bench.arguments() + ["--config", file])
    #expect(daemon.status == 3, "\(daemon.errors)")
    #expect(daemon.errors.contains("/dev/null is no watchdog"))
    #expect(!FileManager.default.fileExists(atPath: bench.directory.control))
  }

  // MARK: Figures

  /// A port that was free a moment ago.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(0)
    // SAFETY: the address is read and filled in as a general one of its size.
    let port = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general -> Int? in
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard unsafe bind(descriptor, general, size) == 0,
          unsafe getsockname(descriptor, general, &size) == 0
        else { return nil }
        return unsafe Int(UInt16(bigEndian: pointer.pointee.sin_port))
      }
    }
    return try #require(port)
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// Everything that is answered to a request, until the connection is closed.
  private static func answer(_ port: Int, _ request: String) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port)
    // SAFETY: the address is read as a general one of its size.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
    let bytes = Array(request.utf8)
    // SAFETY: (both) the arrays live across the calls.
    _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    var all: [UInt8] = []
    while true {
      var buffer = [UInt8](repeating: 0, count: 16_384)
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      if count <= 0 { return String(decoding: all, as: UTF8.self) }
      all += buffer.prefix(count)
    }
  }

  /// How often a figure was counted.
  private static func count(_ name: String, _ text: String) -> Int {
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(name)_count ") }
    return line.flatMap { Int($0.dropFirst(name.utf8.count + 7)) } ?? -1
  }

  private static func served(_ bench: Bench) throws -> (NmesdProcess, Int) {
    let port = try freePort()
    let file = try bench.write(
      "format: \"nmesd 1\"\nmetrics:\n  port: \"\(port)\"\n", to: "nmesd.yaml")
    return (try bench.daemon(["--config", file]), port)
  }

  @Test("Figures are read by GET and HEAD of /metrics, count what happens, and nothing else is")
  func figures() throws {
    let bench = try Bench()
    let (daemon, port) = try Self.served(bench)
    let leader = try Leader(bench)
    try leader.start()
    _ = try StopClient(bench.directory).stop(timeout_ms: 60_000)
    #expect(try Bench.wait { try leader.status().outcome == "stopped" })
    let get = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    #expect(
      try Bench.wait {
        let text = try Self.answer(port, get)
        return text.contains("\nnmes_stop_reaction_seconds_count 1\n")
          && text.contains("\nnmes_sessions_total 1\n") && text.contains("\nnmes_alive 1\n")
      })
    let text = try Self.answer(port, get)
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
    for line in ["nmes_faults_total 0", "nmes_records_lost 0", "nmes_log_failing 0"] {
      #expect(text.contains("\n\(line)\n"), "\(line)")
    }
    #expect(Self.count("nmes_outputs_inactive_seconds", text) == 1)
    // Every 50 ms of the loop has its own, though the figures are looked at each 100 ms.
    let before = Self.count("nmes_wakeup_lateness_seconds", text)
    let time = try leader.status().at_ms
    usleep(1_500_000)
    let after = Self.count("nmes_wakeup_lateness_seconds", try Self.answer(port, get))
    let elapsed = try leader.status().at_ms - time
    #expect(Double(after - before) > 1.5 * Double(elapsed) / 100, "\(before) \(after) \(elapsed)")
    let head = try Self.answer(port, "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
    for (request, status) in [
      ("POST /metrics", "405"), ("DELETE /metrics", "405"), ("GET /", "404"),
      ("GET /metrics/../etc/passwd", "404"), ("GET //metrics", "404"),
    ] {
      let answer = try Self.answer(port, "\(request) HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request): \(answer.prefix(40))")
    }
    #expect(daemon.isRunning)
  }

  @Test("A request that is huge, no HTTP or never ends is closed, and the daemon goes on")
  func badRequests() throws {
    let bench = try Bench()
    let (daemon, port) = try Self.served(bench)
    let long = String(repeating: "x", count: 20_000)
    let huge = "GET /metrics HTTP/1.1\r\nX: \(long)\r\n\r\n"
    #expect(!(try Self.answer(port, huge).contains("200 OK")))
    #expect(!(try Self.answer(port, "\u{1}\u{2}\u{3}\r\n\r\n").contains("200 OK")))
    #expect(!(try Self.answer(port, "GET /metrics HTTP/1.1\r\n").contains("200 OK")))
    let before = daemon.descriptors
    for _ in 0..<100 {
      let answer = try Self.answer(port, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }
    #expect(Bench.wait { daemon.descriptors <= before })
    #expect(try bench.monitor().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("Connections beyond eight are closed, and none of them takes the endpoint for long")
  func manyReaders() throws {
    let bench = try Bench()
    let (daemon, port) = try Self.served(bench)
    let get = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    var silent: [Int32] = []
    for _ in 0..<8 {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = Self.loopback(port)
      // SAFETY: the address is read as a general one of its size.
      let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(result == 0)
      silent.append(descriptor)
    }
    defer { for descriptor in silent { close(descriptor) } }
    #expect(try Bench.wait { try Self.answer(port, get).isEmpty })
    // A connection that says nothing lives five seconds.
    #expect(try Bench.wait { try Self.answer(port, get).hasPrefix("HTTP/1.1 200 ") })
    #expect(daemon.isRunning)
  }

  @Test("The endpoint is off unless a configuration turns it on, and a taken port is named")
  func portInUse() throws {
    let bench = try Bench()
    let (daemon, port) = try Self.served(bench)
    let other = try Bench()
    let file = try other.write(
      "format: \"nmesd 1\"\nmetrics:\n  port: \"\(port)\"\n", to: "nmesd.yaml")
    let second = try other.ended(other.arguments() + ["--config", file])
    #expect(second.status == 3, "\(second.errors)")
    #expect(second.errors.contains("127.0.0.1:\(port)"))
    try daemon.terminate()
    let silent = try other.daemon()
    #expect(!silent.errors.contains("figures at"))
  }
}
