// Decides: that STOP is found before everything, what becomes of one connection's lines, and how
// much may wait to be answered or sent.
// Leaves to others: bytes becoming lines (LineIntake) in their turn (LineRounds), what a line
// asks for (Dispatcher) and the lease (LeaseBook).

import ControlAPI
import NIOCore
import StimulationCore

// SAFETY: everything here is used on the connection's event loop only; what is sent to it comes
// by `deliver`, which checks.
/// One connection to `control.sock` or `monitor.sock`.
final class Connection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Lines of one connection that wait for their turn; more are answered `busy`.
  static let mostWaiting = 64
  /// Bytes that wait to be sent; a connection with more is closed. An operator's many commands
  /// are answered, each, though nobody reads yet.
  static func mostUnsent(_ socket: SocketKind) -> Int {
    socket == .control ? 4_194_304 : 1_048_576
  }
  /// Bytes that are read at once. STOP and the leader's renewals wait for one reading of every
  /// other connection, however much they send.
  static func reading(_ socket: SocketKind, leads: Bool = false) -> Int {
    leads ? 32_768 : socket == .control ? 4_096 : 2_048
  }
  /// A connection to which nothing could be sent for so long is closed.
  static let patience = Nanoseconds.seconds(10)

  let caller: Caller
  private let hub: Hub
  private let channel: any Channel
  private var scanner = StopScanner()
  private var renewals = RenewalScanner()
  private var isReadAsLeader = false
  private var intake = LineIntake()
  private var order = AnswerOrder()
  /// Whether lines wait for their round.
  private var isInRounds = false
  /// Whether what is sent now goes together with what follows.
  private var isCollecting = false
  private var waiting = 0
  private var unsent = 0
  /// The bytes of lines that wait to be answered.
  private var asked = 0
  /// What the hub counts as held for this connection.
  private(set) var held = 0
  private var movedAt = Nanoseconds.zero
  private var mustClose = false
  /// Whether the last notification of a kind is still to be sent: then the next one is skipped.
  private var isStatusUnsent = false
  private var areEventsUnsent = false
  private(set) var wantsStatus = false
  /// The last event that was told; `nil` when events are not asked for.
  private(set) var eventsAfter: UInt64?

  init(_ caller: Caller, _ hub: Hub, _ channel: any Channel) {
    self.caller = caller
    self.hub = hub
    self.channel = channel
  }

  // MARK: In

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let seenAt = ServerClock.now
    // Lines before a STOP in the same bytes came before it.
    let before = hub.stimulator.stopCount
    let buffer = unwrapInboundIn(data)
    // SAFETY: the bytes are only read, within the call.
    let count = unsafe buffer.withUnsafeReadableBytes { unsafe scanner.scan($0) }
    let stop = count > 0 ? hub.stop(caller, seenAt: seenAt) : nil
    seeRenewal(buffer, readAt: seenAt)
    intake.append(
      Arrival(
        bytes: buffer, readAt: seenAt, stopsBefore: before,
        stopsAfter: stop == nil ? before : hub.stimulator.stopCount, stop: stop, stopCount: count))
    account()
    guard channel.isActive else { return }
    if intake.count > LineIntake.mostBytes {
      hub.closedFlood(caller, intake.count)
      channel.close(mode: .all, promise: nil)
    } else if !isInRounds {
      isInRounds = true
      hub.rounds.add(self)
    }
  }

  /// A lease is renewed when the bytes are read: its line may wait long for its turn.
  private func seeRenewal(_ buffer: ByteBuffer, readAt: Nanoseconds) {
    guard caller.socket == .control, let token = hub.dispatcher.leases.token(of: caller) else {
      return
    }
    // SAFETY: the bytes are only read, within the call.
    let isFound = unsafe buffer.withUnsafeReadableBytes { unsafe renewals.scan($0, for: token) }
    if isFound { hub.dispatcher.leases.prove(caller, readAt: readAt) }
  }

  /// How much is read of the connection at once, as it leads or not.
  func setReading() {
    let leads = leads
    guard leads != isReadAsLeader, channel.isActive else { return }
    isReadAsLeader = leads
    _ = channel.setOption(
      .recvAllocator,
      value: FixedSizeRecvByteBufferAllocator(capacity: Self.reading(caller.socket, leads: leads)))
  }

  /// Takes some lines, and none after `limit`; whether there are more.
  func takeLines(most: Int, until limit: Nanoseconds) -> Bool {
    isInRounds = false
    if !channel.isActive {
      giveUp()
      return false
    }
    defer { account() }
    isCollecting = true
    for _ in 0..<most {
      switch intake.next() {
      case .line(let line): take(line)
      case .tooLong: refuse(.longLine)
      case .nothing: break
      case nil:
        isCollecting = false
        channel.flush()
        closeWhenDone()
        return false
      }
      if ServerClock.now >= limit { break }
    }
    isCollecting = false
    channel.flush()
    isInRounds = true
    return true
  }

  private func refuse(_ error: RPCError, id: String = "null") {
    hub.refusedLines.increment()
    send(ReplyText.error(id: id, error))
  }

  private func take(_ line: [UInt8]) {
    let outline = LineOutline(line)
    if outline.isStop { return answerStop(outline) }
    if let refusal = outline.refusal { return refuse(refusal, id: outline.answerID) }
    let readAt = intake.readAt
    if outline.method.elementsEqual(Self.renewName), hub.renew(caller, line, readAt: readAt) {
      if outline.wantsAnswer { send(ReplyText.result(id: outline.answerID, "{}")) }
      return
    }
    let method = caller.socket == .control ? outline.knownMethod : nil
    if method?.access == .lease { hub.dispatcher.leases.prove(caller, readAt: readAt) }
    let circumstances = Circumstances(stops: intake.stopsBefore, readAt: readAt)
    waiting += 1
    asked += line.count
    let isAccepted: Bool
    if waiting > Self.mostWaiting {
      isAccepted = false
    } else if let method, !method.isQuestion {
      isAccepted = command(line, method, circumstances)
    } else {
      isAccepted = question(line, outline, circumstances)
    }
    if !isAccepted { refuseBusy(outline.wantsAnswer ? outline.answerID : nil, line.count) }
  }

  /// Submits what may change something; `false` when too many wait.
  private func command(
    _ line: [UInt8], _ method: Method, _ circumstances: Circumstances
  ) -> Bool {
    let isAct = method.energises
    if isAct { hub.stimulator.expectAct() }
    let lane = order.begin(isLeader: hub.dispatcher.leases.isHeld(by: caller))
    let isAccepted = hub.commands.submit(lane) { [self] in
      let reply = hub.dispatcher.answer(line, caller, circumstances)
      if isAct { hub.stimulator.endAct() }
      channel.eventLoop.execute { [self] in
        deliver(reply, to: line.count)
        release(order.end())
      }
    }
    if !isAccepted {
      if isAct { hub.stimulator.endAct() }
      release(order.end())
    }
    return isAccepted
  }

  /// Submits what only asks, once the commands before it are answered; `false` when too many wait.
  private func question(
    _ line: [UInt8], _ outline: LineOutline, _ circumstances: Circumstances
  ) -> Bool {
    let question = AnswerOrder.Held(
      answer: { [self] in
        let reply = hub.dispatcher.answer(line, caller, circumstances)
        channel.eventLoop.execute { [self] in deliver(reply, to: line.count) }
      }, id: outline.wantsAnswer ? outline.answerID : nil, count: line.count)
    if !order.mustHold { return submit(question) }
    order.hold(question)
    return true
  }

  private func submit(_ question: AnswerOrder.Held) -> Bool {
    let isLeader = hub.dispatcher.leases.isHeld(by: caller)
    let lane: BoundedQueue.Lane =
      isLeader ? .leader : caller.socket == .control ? .control : .others
    return hub.questions.submit(lane, question.answer)
  }

  private func release(_ held: [AnswerOrder.Held]) {
    for question in held where !submit(question) { refuseBusy(question.id, question.count) }
  }

  /// A line that waits no more, because too many do.
  private func refuseBusy(_ id: String?, _ count: Int) {
    waiting -= 1
    asked -= count
    hub.busyLines.increment()
    if let id { send(ReplyText.error(id: id, .busy)) }
    closeWhenDone()
  }

  private static let renewName = Array("\"lease.renew\"".utf8)

  private func answerStop(_ outline: LineOutline) {
    // The scanner has found it, unless it is written with escapes: then it acts now, and is not
    // taken for one that was found.
    let found = outline.escapedMethod == nil ? intake.takeStop() : nil
    let stop = found ?? hub.stop(caller, seenAt: ServerClock.now)
    let id = outline.answerID
    let wantsAnswer = outline.wantsAnswer
    waiting += 1
    stop.whenEnded { [self] inactive, after in
      waiting -= 1
      if wantsAnswer {
        send(ReplyText.result(id: id, StopReply.result(inactive: inactive, reaction: after)))
      }
      closeWhenDone()
    }
  }

  // MARK: Out

  /// Answers a line of so many bytes.
  private func deliver(_ reply: Reply, to count: Int) {
    channel.eventLoop.preconditionInEventLoop()
    waiting -= 1
    asked -= count
    account()
    setReading()
    if !reply.bytes.isEmpty { send(reply.bytes) }
    switch reply.effect {
    case .none: break
    case .subscribeStatus: wantsStatus = true
    case .subscribeEvents(let after): eventsAfter = after
    }
    closeWhenDone()
  }

  private func send(_ bytes: [UInt8], sent: @escaping @Sendable () -> Void = {}) {
    send(ByteBuffer(bytes: bytes), sent: sent)
  }

  private func send(_ buffer: ByteBuffer, sent: @escaping @Sendable () -> Void = {}) {
    guard channel.isActive else { return }
    let count = buffer.readableBytes
    if unsent == 0 { movedAt = ServerClock.now }
    unsent += count
    account()
    guard channel.isActive else { return }
    if unsent > Self.mostUnsent(caller.socket) {
      hub.closedSlow(caller, unsent)
      channel.close(mode: .all, promise: nil)
      return
    }
    let written = isCollecting ? channel.write(buffer) : channel.writeAndFlush(buffer)
    written.whenComplete { [self] _ in
      unsent -= count
      movedAt = ServerClock.now
      account()
      sent()
    }
  }

  /// Whether a status may be sent: what was sent before is read. Statuses for a slow reader are not
  /// kept, neither here nor in the kernel: it gets the newest when it reads again (SR-52).
  var takesStatus: Bool { wantsStatus && !isStatusUnsent && unsent == 0 && !hasUnread }

  /// Sends the newest status, when ``takesStatus``.
  func tell(status: ByteBuffer) {
    isStatusUnsent = true
    send(status) { [self] in isStatusUnsent = false }
  }

  /// Whether the kernel holds bytes that the peer has not read.
  private var hasUnread: Bool {
    let held = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { SentMemory(of: $0)?.isUnread }
    return held?.flatMap { $0 } ?? false
  }

  /// Sends events, unless the ones before are still to be sent.
  func tell(events: (_ after: UInt64) -> (text: [UInt8], newest: UInt64)?) {
    guard let after = eventsAfter, !areEventsUnsent, let added = events(after) else { return }
    eventsAfter = added.newest
    areEventsUnsent = true
    send(added.text) { [self] in areEventsUnsent = false }
  }

  /// Closes the connection when nothing could be sent for long.
  func checkProgress(at now: Nanoseconds) {
    guard unsent > 0, now - movedAt > Self.patience else { return }
    hub.closedSlow(caller, unsent)
    channel.close(mode: .all, promise: nil)
  }

  // MARK: Memory

  /// Tells the hub what is held for this connection, which may close it for that.
  private func account() {
    let now = intake.held + asked + unsent
    let change = now - held
    guard change != 0 else { return }
    held = now
    hub.hold(change, caller.socket)
  }

  /// Whether it holds the lease.
  var leads: Bool { hub.dispatcher.leases.token(of: caller) != nil }

  /// Whether it is still served.
  var isOpen: Bool { channel.isActive }

  /// Closes the connection, which holds too much, and lets go of what it has not asked yet.
  func close(holding count: Int) {
    hub.closedHolder(caller, count)
    channel.close(mode: .all, promise: nil)
    giveUp()
  }

  private func giveUp() {
    intake.drop()
    account()
  }

  // MARK: Life

  func channelActive(context: ChannelHandlerContext) { hub.add(self) }

  func channelInactive(context: ChannelHandlerContext) {
    caller.leave()
    hub.remove(self)
    giveUp()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    // Nobody is there to lead any more; what was asked before is still answered.
    hub.leave(caller)
    mustClose = true
    closeWhenDone()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    channel.close(mode: .all, promise: nil)
  }

  private func closeWhenDone() {
    guard mustClose, waiting == 0, !isInRounds, !isCollecting else { return }
    let channel = channel
    channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
      channel.close(mode: .all, promise: nil)
    }
  }
}
