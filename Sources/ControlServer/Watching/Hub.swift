// Decides: what all connections share: the queues, the periodic status, the end of leases.
// Leaves to others: one connection (Connection), one command (Dispatcher).

import ControlAPI
import DoseLog
import Logging
import Metrics
import NIOCore
import SessionController
import StimulationCore
import Synchronization

// SAFETY: the connections and what follows them are used on the event loop only, as checked;
// the rest is Sendable by itself.
/// The middle of the server.
final class Hub: @unchecked Sendable {
  /// More connections of a socket are told so and closed, and so are more than half of them of one
  /// user. Monitors take no operator's place.
  static func mostConnections(_ socket: SocketKind) -> Int { socket == .control ? 128 : 384 }
  /// Bytes that are held for all connections of a socket together: what came and was not taken,
  /// lines that wait to be answered, and answers that nobody read. Beyond, whoever holds most is
  /// closed, unless they lead.
  static let mostHeld = 33_554_432
  /// Notes about leases that wait for the log.
  static let mostNotes = 256
  /// Events in one notification.
  static let mostEvents = 32

  let loop: any EventLoop
  let stimulator: Stimulator
  let dispatcher: Dispatcher
  let watch: ReactionWatch
  let rounds: LineRounds
  let refusedLines = Counter(label: "nmes_lines_refused_total")
  let busyLines = Counter(label: "nmes_commands_busy_total")
  /// Commands, one after another; and what only asks, whoever does, so that it holds up no
  /// operator.
  let commands = BoundedQueue("nmesd.commands", most: 256)
  let questions = BoundedQueue("nmesd.questions", most: 4_096)
  let notes = BoundedQueue("nmesd.notes", most: Hub.mostNotes)
  private let logger: Logger
  private var connections: [UInt64: Connection] = [:]
  private var held: [SocketKind: Int] = [:]
  private var timer: RepeatedTask?
  private var isTelling = false
  private let turns = Atomic<UInt64>(0)
  private let figures: SessionFigures

  init(_ loop: any EventLoop, _ dispatcher: Dispatcher) {
    self.loop = loop
    self.dispatcher = dispatcher
    stimulator = dispatcher.stimulator
    logger = dispatcher.logger
    watch = ReactionWatch(loop, dispatcher.stimulator)
    rounds = LineRounds(loop)
    figures = SessionFigures(dispatcher.stimulator)
  }

  /// How often the event loop has turned.
  var loopTurns: UInt64 { turns.load(ordering: .relaxed) }

  /// Since when the longest of the running commands runs.
  var busySince: Nanoseconds? {
    [commands, notes, dispatcher.stopRecords.queue].map(\.runningSince).compactMap { $0 }.min()
  }

  // MARK: Connections

  func add(_ connection: Connection) {
    loop.preconditionInEventLoop()
    connections[connection.caller.number] = connection
    figures.connections.record(connections.count)
    let caller = connection.caller
    logger.debug("\(caller.socket.rawValue).sock: uid \(caller.uid) pid \(caller.process)")
  }

  func remove(_ connection: Connection) {
    loop.preconditionInEventLoop()
    connections[connection.caller.number] = nil
    figures.connections.record(connections.count)
    leave(connection.caller)
  }

  /// How many there are of a socket.
  func count(of socket: SocketKind) -> Int {
    loop.preconditionInEventLoop()
    return connections.values.reduce(0) { $0 + ($1.caller.socket == socket ? 1 : 0) }
  }

  /// Why one more connection of a user finds no place; `nil` when it does.
  func refusal(_ socket: SocketKind, of uid: UInt32) -> RPCError? {
    let own = connections.values.reduce(0) {
      $0 + ($1.caller.socket == socket && $1.caller.uid == uid ? 1 : 0)
    }
    return Self.refusal(socket, of: uid, own: own, all: count(of: socket))
  }

  static func refusal(_ socket: SocketKind, of uid: UInt32, own: Int, all: Int) -> RPCError? {
    let most = mostConnections(socket)
    if all >= most { return .noPlace(socket.rawValue, most, ofUser: false) }
    // Root administers the machine; whoever else takes half leaves the other half to others.
    guard uid != 0, own >= most / 2 else { return nil }
    return .noPlace(socket.rawValue, most / 2, ofUser: true)
  }

  /// How many there are.
  var count: Int {
    loop.preconditionInEventLoop()
    return connections.count
  }

  /// Nobody is behind the connection any more: its lease ends, and with it a session (SR-23).
  func leave(_ caller: Caller) {
    guard let lost = dispatcher.leases.release(caller) else { return }
    noteLost(lost, "lost: the connection closed")
  }

  func closedSlow(_ caller: Caller, _ unsent: Int) {
    let text = "closed a connection that does not read (\(unsent) bytes)"
    closed(caller, text)
  }

  func closedFlood(_ caller: Caller, _ waiting: Int) {
    let text = "closed a connection that sends faster than is taken (\(waiting) bytes)"
    closed(caller, text)
  }

  func closedHolder(_ caller: Caller, _ held: Int) {
    let text =
      "closed the connection for which most is held (\(held) bytes): all of this socket's together "
      + "have \(Self.mostHeld)"
    closed(caller, text)
  }

  private func closed(_ caller: Caller, _ text: String) {
    let socket = "\(caller.socket.rawValue).sock"
    logger.warning(
      "\(socket): uid \(caller.uid): \(text)",
      metadata: .command(socket, uid: caller.uid, outcome: "closed"))
  }

  /// How much is held for the connections of a socket.
  func held(of socket: SocketKind) -> Int {
    loop.preconditionInEventLoop()
    return held[socket] ?? 0
  }

  /// More or less is held for a connection.
  func hold(_ change: Int, _ socket: SocketKind) {
    loop.preconditionInEventLoop()
    let total = (held[socket] ?? 0) + change
    held[socket] = total
    guard change > 0, total > Self.mostHeld else { return }
    let leader = dispatcher.leases.heldNow?.connection
    let others = connections.values.filter {
      $0.caller.socket == socket && $0.caller.number != leader && $0.isOpen
    }
    guard let largest = others.max(by: { $0.held < $1.held }) else { return }
    largest.close(holding: largest.held)
  }

  private func noteLost(_ lost: LeaseBook.Held, _ outcome: String) {
    note { dispatcher in
      let actor = dispatcher.names.actor(lost.holder.uid)
      dispatcher.logger.notice(
        "lease of \(lost.holder.client), \(actor) \(outcome)",
        metadata: .command("lease", uid: lost.holder.uid, outcome: "lost"))
      dispatcher.stimulator.record(.alarm, "lease", outcome: outcome, actor: actor)
    }
  }

  // MARK: Commands

  /// Renews the caller's lease, if the line does.
  func renew(_ caller: Caller, _ line: [UInt8], readAt: Nanoseconds) -> Bool {
    dispatcher.leases.renew(caller, line, readAt: readAt)
  }

  /// STOP, now. What comes of it is written down, once it has acted.
  func stop(_ caller: Caller, seenAt: Nanoseconds) -> SeenStop {
    dispatcher.saidStop.note(at: seenAt)
    stimulator.stop()
    let seen = SeenStop()
    watch.await(since: seenAt) { [self] inactive, after in
      dispatcher.stopRecords.acted(
        caller.uid, seenAt: seenAt, inactive: inactive, after: after)
      seen.end(inactive: inactive, after: after)
    }
    return seen
  }

  private func note(_ body: @escaping @Sendable (Dispatcher) -> Void) {
    let isAccepted = notes.submit { [dispatcher] in body(dispatcher) }
    if !isAccepted { figures.droppedNotes.increment() }
  }

  // MARK: Ten times a second

  func start() {
    let period = TimeAmount.milliseconds(ControlLimits.statusPeriod_ms)
    timer = loop.scheduleRepeatedTask(initialDelay: period, delay: period) { [self] _ in turn() }
  }

  func end() {
    loop.preconditionInEventLoop()
    timer?.cancel()
  }

  private func turn() {
    loop.preconditionInEventLoop()
    turns.wrappingAdd(1, ordering: .relaxed)
    let now = ServerClock.now
    if let lost = dispatcher.leases.expire() { noteLost(lost, "lost: not renewed for 1 s") }
    dispatcher.stopRecords.tell(at: now)
    dispatcher.refusalRecords.tell(at: now)
    figures.take()
    // The ones of the last turn are still told: these are told next time.
    guard !connections.isEmpty, !isTelling else { return }
    tell(Array(connections.values)[...], status: nil, at: now)
  }

  /// Tells some connections, and the rest a moment later: hundreds hold up nobody's STOP.
  private func tell(
    _ told: ArraySlice<Connection>, status shared: ByteBuffer?, at now: Nanoseconds
  ) {
    let holder = dispatcher.leases.held?.connection
    var shared = shared
    var rest = told
    let began = ServerClock.now
    var taken = Nanoseconds.zero
    while taken < LineRounds.length, let connection = rest.popFirst() {
      defer { taken = ServerClock.now - began }
      connection.checkProgress(at: now)
      connection.setReading()
      if connection.takesStatus {
        if connection.caller.number == holder {
          connection.tell(status: status(isMine: true))
        } else {
          let text = shared ?? status(isMine: false)
          shared = text
          connection.tell(status: text)
        }
      }
      connection.tell { events(after: $0) }
    }
    isTelling = !rest.isEmpty
    if rest.isEmpty { return }
    let pause = max(taken, LineRounds.leastPause)
    loop.scheduleTask(in: .nanoseconds(pause.rawValue)) { [self, rest, shared] in
      tell(rest, status: shared, at: now)
    }
  }

  private func status(isMine: Bool) -> ByteBuffer {
    let status = dispatcher.status(isMine: isMine)
    return ByteBuffer(string: ReplyText.json(NotificationLine(.statusChanged, status)) + "\n")
  }

  private func events(after: UInt64) -> (text: [UInt8], newest: UInt64)? {
    guard stimulator.feed.newest > after else { return nil }
    let (events, gap) = stimulator.feed.events(after: after, most: Self.mostEvents)
    guard let last = events.last else { return nil }
    let added = EventsAdded(events: events.map(StatusModel.event), gap: gap)
    let text = ReplyText.json(NotificationLine(.eventsAdded, added)) + "\n"
    return (Array(text.utf8), last.sequence)
  }
}
