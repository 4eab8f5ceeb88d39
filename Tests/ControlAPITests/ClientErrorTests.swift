// Decides: that a client's error says in words what is wrong.
// Leaves to others: when which error comes.

import ControlAPI
import Foundation
import Synchronization
import Testing

/// Opens and closes descriptors, and counts those that were closed meanwhile.
private final class Neighbour: Sendable {
  let isAsked = Atomic<Bool>(false)
  let isDone = Atomic<Bool>(false)
  let lost = Atomic<Int>(0)

  func run() {
    while !isAsked.load(ordering: .relaxed) {
      // SAFETY: the call reads a constant path.
      let own = unsafe open("/dev/null", O_RDONLY)
      sched_yield()
      if close(own) != 0 { lost.wrappingAdd(1, ordering: .relaxed) }
    }
    isDone.store(true, ordering: .releasing)
  }
}

@Suite("Errors of a client") struct ClientErrorTests {
  @Test("A connection that fails closes its own descriptor once, and nobody else's")
  func descriptors() throws {
    let tries = 20_000
    let neighbour = Neighbour()
    Thread.detachNewThread { neighbour.run() }
    for _ in 0..<tries {
      #expect(throws: ControlClientError.self) { try ControlClient(path: "/nowhere/at.sock") }
    }
    neighbour.isAsked.store(true, ordering: .relaxed)
    let limit = Date(timeIntervalSinceNow: 30)
    while !neighbour.isDone.load(ordering: .acquiring), Date() < limit { usleep(1_000) }
    #expect(neighbour.lost.load(ordering: .relaxed) == 0)
  }

  @Test("A socket that is not there, and one at which nobody answers, are told apart in words")
  func words() throws {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("nmes-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func said(_ name: String) -> String {
      do throws(ControlClientError) {
        _ = try ControlClient(path: folder.path + "/" + name)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(said("none.sock").contains("(the socket is not there); start nmesd"))
    let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array((folder.path + "/dead.sock").utf8)
    // SAFETY: a short path, which fits.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    // SAFETY: the address is read as a general one of the size that is stated.
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(end, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    #expect(close(end) == 0)
    #expect(said("dead.sock").contains("(the socket is there and nobody answers)"))
  }
}
