// Decides: how soon the daemon serves, what it costs while nobody asks, and whether a day of
// sessions leaves memory or descriptors behind.
// Leaves to others: the daemon, run as it is shipped, and its sessions.

import ControlAPI
import Foundation

enum DaemonBench {
  private static let starts = 20
  private static let idleSeconds = 10.0
  /// Virtual time runs so much faster; the log keeps up with it.
  private static let pace = 250
  /// Sessions of 29:45 min: a day.
  private static let sessions = 49
  private static let mostResident = 30_720

  static func run(_ binary: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmesd-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try start(binary, folder)
    try idle(binary, folder)
    try day(binary, folder)
  }

  private static func start(_ binary: String, _ folder: URL) throws {
    var times: [Double] = []
    for _ in 0..<starts {
      let began = DispatchTime.now().uptimeNanoseconds
      let daemon = try RunningDaemon(binary, folder, pace: 1)
      times.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6)
      daemon.end()
    }
    times.sort()
    let shown = [times[0], times[starts / 2], times[starts - 1]].map { ($0 * 10).rounded() / 10 }
    print(
      "daemon       serves after \(shown[0]) ms at best, \(shown[1]) ms at the median, "
        + "\(shown[2]) ms at worst of \(starts) starts (aim 100: \(verdict(shown[2] < 100)))")
  }

  private static func idle(_ binary: String, _ folder: URL) throws {
    let daemon = try RunningDaemon(binary, folder, pace: 1)
    defer { daemon.end() }
    let before = daemon.processorSeconds
    Thread.sleep(forTimeInterval: idleSeconds)
    let share = (daemon.processorSeconds - before) / idleSeconds * 100
    let resident = daemon.kibibytes("VmRSS")
    print(
      "             \(resident) KiB resident, \((share * 100).rounded() / 100) % of a core while "
        + "nobody asks (aims \(mostResident) and 1: "
        + "\(verdict(resident < mostResident && share < 1)))")
  }

  private static func day(_ binary: String, _ folder: URL) throws {
    let daemon = try RunningDaemon(binary, folder, pace: pace)
    defer { daemon.end() }
    let leader = try BenchLeader(daemon.directory)
    var memory: [Int] = []
    var descriptors: [Int] = []
    var simulated = 0.0
    let began = Date()
    for session in 1...sessions {
      simulated += try leader.lead(patient: "P\(session)")
      memory.append(daemon.kibibytes("RssAnon"))
      descriptors.append(daemon.descriptors)
    }
    let hours = (simulated / 360).rounded() / 10
    print(
      "             \(sessions) sessions, \(hours) simulated hours in "
        + "\(Int(Date().timeIntervalSince(began))) s")
    let most = daemon.kibibytes("VmHWM")
    let (third, end) = (memory[sessions / 3], memory[sessions - 1])
    print(
      "             \(most) KiB resident at most, sessions and the start included (aim "
        + "\(mostResident): \(verdict(most < mostResident)))")
    print(
      "             its own memory \(memory[0]) KiB after the first, \(third) KiB at a third, "
        + "\(end) KiB at the end (flat within 2 %: \(verdict(end * 50 <= third * 51)))")
    print(
      "             descriptors \(descriptors[0]) after the first, \(descriptors[sessions - 1]) at "
        + "the end (no more: \(verdict(descriptors[sessions - 1] <= descriptors[0])))")
  }

  /// Said, and not asserted: they are figures of this machine.
  private static func verdict(_ holds: Bool) -> String { holds ? "kept" : "NOT KEPT" }
}

/// A daemon of its own folder, until it is ended.
private final class RunningDaemon {
  struct NotServing: Error {}

  let directory: RuntimeDirectory
  private let process = Process()

  init(_ binary: String, _ folder: URL, pace: Int) throws {
    directory = RuntimeDirectory(path: folder.appendingPathComponent("run").path)
    process.executableURL = URL(fileURLWithPath: binary)
    process.arguments = [
      "--runtime-directory", directory.path, "--pace", "\(pace)", "--log",
      folder.appendingPathComponent("dose.sqlite").path,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<60_000 {
      if let client = try? ControlClient(path: directory.monitor),
        (try? client.call(StatusGetRequest())) != nil
      {
        return
      }
      usleep(1_000)
    }
    throw NotServing()
  }

  func end() {
    process.terminate()
    process.waitUntilExit()
  }

  private func file(_ name: String) -> String {
    (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/\(name)", encoding: .utf8))
      ?? ""
  }

  /// A line of its status, as `VmRSS`.
  func kibibytes(_ name: String) -> Int {
    let line = file("status").split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  var processorSeconds: Double {
    let fields = file("stat").split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return 0
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  var descriptors: Int {
    let folder = "/proc/\(process.processIdentifier)/fd"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).count
  }
}

/// Leads sessions one after another.
private final class BenchLeader {
  private let client: ControlClient
  private let lease: String
  private let answers: [String: Bool]

  init(_ directory: RuntimeDirectory) throws {
    client = try ControlClient(path: directory.control)
    lease = try client.call(LeaseTakeRequest()).lease
    let questions = try client.call(QuestionsRequest()).questions
    answers = Dictionary(uniqueKeysWithValues: questions.map { ($0.id, false) })
  }

  private func ask<R: ControlRequest>(_ request: R) throws -> R.Response {
    _ = try client.call(LeaseRenewRequest(lease: lease))
    return try client.call(request)
  }

  /// Checks and arms. A self-check is good for a minute of virtual time, which on a busy machine
  /// may be over before arming: then once more.
  private func arm() throws {
    var attempts = 0
    while true {
      _ = try ask(SelfCheckRequest())
      while try ask(StatusGetRequest()).state == "self-check" { usleep(1_000) }
      do {
        _ = try ask(ArmRequest(answers: answers, skin: .ok))
        return
      } catch ControlClientError.refused(let error) {
        attempts += 1
        if attempts == 20 { throw ControlClientError.refused(error) }
      }
    }
  }

  /// A whole session; the seconds that its schedule has.
  func lead(patient: String) throws -> Double {
    let summary = try ask(
      SessionLoadRequest(
        protocolName: "large-muscle-tetanic", patient: patient, muscle: "quadriceps",
        electrodeAreas: ["180 cm2"]))
    try arm()
    _ = try ask(StartRequest())
    _ = try ask(AmplitudeTargetRequest(amplitude: "30 mA"))
    while true {
      let status = try ask(StatusGetRequest())
      // What is seen of the loop may be a moment older than the log.
      if let outcome = status.outcome, status.state == "completed" {
        precondition(outcome == "completed", "a session of the bench completes, not \(outcome)")
        return Double(summary.duration_ms) / 1_000
      }
      usleep(50_000)
    }
  }
}
