// Decides: that nobody takes every place of a socket, and who gives way on stop.sock.
// Leaves to others: STOP itself (StopTests).

import ControlAPI
import Foundation
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Places", .serialized) struct PlacesTests {
  private static func place(
    _ descriptor: Int32, _ uid: UInt32, _ since: Nanoseconds
  ) -> StopPlaces.Place {
    StopPlaces.Place(descriptor: descriptor, uid: uid, since: since)
  }

  @Test("SR-20: a loop of connections by one user closes none of another's that is new")
  func oneUser() {
    var places = StopPlaces()
    let mine = Self.place(1, 7, .zero)
    #expect(places.add(mine) == nil)
    for number in 2..<1_000 as Range<Int32> {
      let gone = places.add(Self.place(number, 8, .milliseconds(Int64(number))))
      #expect(gone == nil || gone?.uid == 8)
    }
    #expect(places.waiting.contains(mine))
    #expect(places.waiting.filter { $0.uid == 8 }.count == StopPlaces.mostOfUser)
  }

  @Test("Of all that wait the oldest of the user with most gives way")
  func most() {
    var places = StopPlaces()
    for number in 0..<Int32(StopPlaces.most) {
      #expect(places.add(Self.place(number, number < 100 ? 0 : 7, .zero)) == nil)
    }
    #expect(places.add(Self.place(900, 9, .milliseconds(1)))?.descriptor == 0)
    #expect(places.waiting.count == StopPlaces.most)
  }

  @Test("Where every user has few, the oldest gives way once it is a second old")
  func everybodyHasFew() {
    var places = StopPlaces()
    for number in 0..<Int32(StopPlaces.most) {
      #expect(places.add(Self.place(number, UInt32(number), .zero)) == nil)
    }
    let early = Self.place(900, 900, .milliseconds(999))
    #expect(places.add(early) == early)
    #expect(places.add(Self.place(901, 901, .seconds(1)))?.descriptor == 0)
  }

  @Test("More than half of a socket's places are not one user's, unless it is root, and it is told")
  func halves() {
    for socket in SocketKind.allCases {
      let most = Hub.mostConnections(socket)
      #expect(Hub.refusal(socket, of: 7, own: most / 2 - 1, all: most - 1) == nil)
      #expect(Hub.refusal(socket, of: 7, own: most / 2, all: most / 2)?.data?.reason == "no-place")
      #expect(Hub.refusal(socket, of: 0, own: most - 1, all: most - 1) == nil)
      #expect(Hub.refusal(socket, of: 0, own: most, all: most)?.data?.reason == "no-place")
    }
  }

  @Test("A connection that finds no place is told so before it is closed")
  func told() throws {
    let served = try ServedStimulator()
    var clients: [ControlClient] = []
    var error: RPCError?
    for _ in 0...Hub.mostConnections(.control) where error == nil {
      let client = try served.control()
      clients.append(client)
      error = refusal { _ = try client.call(HelloRequest(client: "c"), timeout_ms: 60_000) }
    }
    #expect(error?.code == .busy && error?.data?.reason == "no-place")
  }

  @Test("SR-20: STOPs of many connections that come at once all act, and each is answered")
  func atOnce() throws {
    let served = try ServedStimulator()
    let count = 200
    let threads = (0..<count).map { _ in
      try? StopClient(served.directory)
    }
    // All have their place or gave way; the newest ones stop.
    var stopped = 0
    for client in threads.suffix(StopPlaces.mostOfUser / 2) {
      if try client?.stop(timeout_ms: 60_000).inactive == true { stopped += 1 }
    }
    #expect(stopped == StopPlaces.mostOfUser / 2)
  }
}
