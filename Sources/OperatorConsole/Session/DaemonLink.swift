// Decides: how the console talks to the daemon: one connection, one thread, which also renews
// the lease.
// Leaves to others: what is asked (CommandRunner), and STOP (StopPath), which never comes here.

public import ControlAPI
import Foundation
public import StimulationCore
import Synchronization

/// The connection for commands and status. The thread waits for nothing but the socket and its
/// own bell: neither a slow screen nor a slow answer holds back the renewal.
public final class DaemonLink: Sendable {
  /// The newest status and how the connection stands.
  public struct Standing: Sendable {
    /// The newest status.
    public var status: ConsoleStatus?
    /// When it came.
    public var receivedAt = Nanoseconds.zero
    /// The connection.
    public var link = StatusView.Link.connecting
    /// Statuses so far.
    public var count = 0
    /// The lease that this console holds.
    var lease: String?
    /// Whether what stands is this console's.
    var leading = Leading()
    /// Whether a status tells what has come of this console's last act, or nothing can.
    var isLastActSeen: Bool { !leading.hasLed || !leading.isBeforeAct || link != .up }
  }

  /// How old the newest status is.
  static func age(of standing: Standing, at now: Nanoseconds) -> Nanoseconds {
    standing.status?.age(at: now, receivedAt: standing.receivedAt) ?? .zero
  }

  /// The most requests that wait to be sent or answered.
  static let mostWaiting = 32
  static let patience = Nanoseconds.milliseconds(ControlClient.patience_ms)
  static let reconnection = Nanoseconds.seconds(1)

  /// A request with what becomes of its answer.
  struct Ask: Sendable {
    let send: @Sendable (ControlClient) throws(ControlClientError) -> RequestID
    let finish: @Sendable (Result<ControlClient.Answer, ControlClientError>) -> Void
    let name: String
  }

  private let path: String
  private let name: String
  private let bell: Bell
  private let isOperatorThere: @Sendable () -> Bool
  private let heard: @Sendable ([EventItem]) -> Void
  private let asks = Mutex<[Ask]>([])
  private let shared = Mutex(Standing())

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - heard: takes what happens from now on, on the link's thread.
  ///   - isOperatorThere: whether the lease may be renewed now.
  public init(
    path: String, client name: String, heard: @escaping @Sendable ([EventItem]) -> Void,
    isOperatorThere: @escaping @Sendable () -> Bool
  ) throws(ConsoleError) {
    self.heard = heard
    self.path = path
    self.name = name
    self.isOperatorThere = isOperatorThere
    bell = try Bell()
    let thread = Thread { [self] in run() }
    thread.name = "link"
    thread.start()
  }

  /// How things stand.
  public var standing: Standing { shared.withLock { $0 } }

  /// Asks something; `done` hears of it on the link's thread.
  public func ask<R: ControlRequest>(
    _ request: R,
    _ done: @escaping @Sendable (Result<R.Response, ControlClientError>) -> Void
  ) {
    let ask = Ask(
      send: { client throws(ControlClientError) in try client.send(request) },
      finish: { answer in
        done(
          answer.flatMap { answer in
            Result { () throws(ControlClientError) in try answer.result(of: R.self) }
          })
      }, name: R.method.rawValue)
    let isTaken = asks.withLock { asks in
      guard asks.count < Self.mostWaiting else { return false }
      asks.append(ask)
      return true
    }
    if isTaken { bell.ring() } else { done(.failure(.tooManyWait)) }
  }

  /// Keeps a lease.
  func hold(_ lease: String) {
    shared.withLock { standing in
      standing.lease = lease
      standing.leading.took()
    }
    bell.ring()
  }

  /// Forgets the lease, which is given back.
  func release() {
    shared.withLock { standing in
      standing.lease = nil
      standing.leading.released()
    }
    bell.ring()
  }

  /// Forgets a lease that is no longer this console's.
  private func lose(_ lease: String) {
    shared.withLock { standing in
      guard standing.lease == lease else { return }
      standing.lease = nil
      standing.leading.lost()
    }
  }

  /// Something is asked for, or done, that may change what the status shows.
  func act() { shared.withLock { $0.leading.acted() } }

  /// The lease that is held.
  var lease: String? { shared.withLock { $0.lease } }

  // MARK: - The thread

  private func run() {
    while true {
      let failure: ControlClientError
      do throws(ControlClientError) { try converse() } catch {
        failure = error
      }
      shared.withLock { standing in
        standing.link = .lost(failure.description)
        standing.lease = nil
        standing.leading.lost()
      }
      for ask in take() { ask.finish(.failure(failure)) }
      _ = Bell.wait(for: [bell.descriptor], atMost: Self.reconnection)
      bell.silence()
    }
  }

  private func take() -> [Ask] {
    asks.withLock { asks in
      defer { asks = [] }
      return asks
    }
  }

  /// One connection's life.
  private func converse() throws(ControlClientError) -> Never {
    let client = try ControlClient(path: path)
    var talk = LinkTalk(client: client)
    defer { talk.abandon() }
    _ = try client.call(HelloRequest(client: name))
    _ = try client.call(StatusSubscribeRequest())
    _ = try client.call(EventsSubscribeRequest())
    while true {
      for ask in take() { try talk.send(ask, at: ConsoleClock.now) }
      let now = ConsoleClock.now
      if let lease = lease, isOperatorThere() { try talk.renew(lease, at: now) }
      try talk.expire(at: now)
      let ready = Bell.wait(for: [client.descriptor, bell.descriptor], atMost: .milliseconds(50))
      if ready[1] { bell.silence() }
      // Also without the socket being ready: a line may wait in the client since the greeting.
      while let incoming = try client.receive(timeout_ms: 0) { try meet(incoming, &talk) }
    }
  }

  private func meet(
    _ incoming: ControlClient.Incoming, _ talk: inout LinkTalk
  ) throws(ControlClientError) {
    switch incoming {
    case .response(let answer):
      if let lost = talk.lostLease(answer) { lose(lost) }
      talk.finish(answer)
    case .events(let added): heard(added.events)
    case .status(let message):
      guard let status = ConsoleStatus(message) else {
        throw .notUnderstood("a status with figures that fit no unit")
      }
      shared.withLock { standing in
        standing.status = status
        standing.receivedAt = ConsoleClock.now
        standing.link = .up
        standing.count += 1
        standing.leading.follow(status)
      }
    }
  }
}

extension StatusView {
  /// The newest status as it stands now.
  init(_ standing: DaemonLink.Standing, at now: Nanoseconds) {
    self.init()
    status = standing.status
    link = standing.link
    age = DaemonLink.age(of: standing, at: now)
  }
}
