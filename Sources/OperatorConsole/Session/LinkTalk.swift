// Decides: which answer belongs to which request, and when the lease is renewed.
// Leaves to others: the thread (DaemonLink).

internal import ControlAPI
internal import StimulationCore

/// What is under way on one connection.
struct LinkTalk {
  private struct Pending {
    let id: RequestID
    let ask: DaemonLink.Ask
    let limit: Nanoseconds
  }

  private let client: ControlClient
  private var pending: [Pending] = []
  private var renewal: (id: RequestID, lease: String)?
  private var renewedAt: Nanoseconds?

  init(client: ControlClient) { self.client = client }

  mutating func send(_ ask: DaemonLink.Ask, at now: Nanoseconds) throws(ControlClientError) {
    let id: RequestID
    do throws(ControlClientError) { id = try ask.send(client) } catch {
      ask.finish(.failure(error))
      if case .lineTooLong = error { return }
      throw error
    }
    pending.append(Pending(id: id, ask: ask, limit: now + DaemonLink.patience))
  }

  /// Renews every 250 ms.
  mutating func renew(_ lease: String, at now: Nanoseconds) throws(ControlClientError) {
    let period = Nanoseconds.milliseconds(ControlLimits.leaseRenewal_ms)
    // Woken slightly early, a turn later would be slightly late: every 200 to 250 ms.
    if let renewedAt, now - renewedAt < period - .milliseconds(50) { return }
    renewal = (try client.send(LeaseRenewRequest(lease: lease)), lease)
    renewedAt = now
  }

  /// The lease that is no longer this console's, as an answer says; it may have another by now.
  func lostLease(_ answer: ControlClient.Answer) -> String? {
    guard let id = answer.id, let renewal, id == renewal.id, answer.error != nil else { return nil }
    return renewal.lease
  }

  mutating func finish(_ answer: ControlClient.Answer) {
    guard let id = answer.id, let place = pending.firstIndex(where: { $0.id == id }) else { return }
    pending.remove(at: place).ask.finish(.success(answer))
  }

  /// Gives up on what was not answered in time.
  mutating func expire(at now: Nanoseconds) throws(ControlClientError) {
    while let place = pending.firstIndex(where: { $0.limit <= now }) {
      let late = pending.remove(at: place)
      late.ask.finish(.failure(.timedOut(late.ask.name)))
    }
  }

  /// The connection is gone.
  mutating func abandon() {
    for item in pending { item.ask.finish(.failure(.disconnected(0))) }
    pending = []
  }
}
