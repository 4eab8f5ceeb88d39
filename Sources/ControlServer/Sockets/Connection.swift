// Decides: how one connection's bytes become lines, STOP before everything, and how much may
// wait to be read or sent.
// Leaves to others: what a line asks for (Dispatcher) and the lease (LeaseBook).

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
  /// Bytes that wait to be sent; a connection with more is closed.
  static let mostUnsent = 1_048_576
  /// A connection to which nothing could be sent for so long is closed.
  static let patience = Nanoseconds.seconds(10)

  let caller: Caller
  private let hub: Hub
  private let channel: any Channel
  private var scanner = StopScanner()
  private var line: [UInt8] = []
  private var isSkipping = false
  private var stopSeenAt: Nanoseconds?
  /// How often STOP had been said when the line that is read now came.
  private var stopsBefore: UInt64 = 0
  private var waiting = 0
  private var unsent = 0
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
    stopsBefore = hub.stimulator.stopCount
    let buffer = unwrapInboundIn(data)
    let bytes = buffer.readableBytesView
    // SAFETY: the bytes are only read, within the call.
    let isStop = unsafe bytes.withContiguousStorageIfAvailable { unsafe scanner.scan($0) }
    if isStop ?? scanner.scan(bytes) {
      stopSeenAt = seenAt
      hub.stop(caller)
    }
    for byte in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      if byte.offset > 0 { endLine() }
      extend(byte.element)
    }
  }

  private func extend(_ piece: ByteBufferView.SubSequence) {
    guard !isSkipping, !piece.isEmpty else { return }
    guard line.count + piece.count < ControlLimits.longestRequest else {
      isSkipping = true
      line = []
      hub.refusedLines.increment()
      send(
        ReplyText.error(
          id: "null",
          RPCError(
            .invalidRequest,
            "a line is longer than \(ControlLimits.longestRequest) bytes; send less at once",
            reason: "line-too-long")))
      return
    }
    line.append(contentsOf: piece)
  }

  private func endLine() {
    defer {
      line.removeAll(keepingCapacity: line.capacity <= 4_096)
      isSkipping = false
    }
    guard !isSkipping, line.contains(where: { $0 > 0x20 }) else { return }
    let outline = LineOutline(line)
    if outline.method.elementsEqual(Self.stopName) { return answerStop(outline) }
    if outline.method.elementsEqual(Self.renewName), hub.renew(caller, line) {
      if outline.wantsAnswer { send(ReplyText.result(id: outline.answerID, "{}")) }
      return
    }
    let line = line
    let stops = stopsBefore
    waiting += 1
    let isAccepted =
      waiting <= Self.mostWaiting
      && hub.submit(caller) { [self] in
        let reply = hub.dispatcher.answer(line, caller, stops: stops)
        channel.eventLoop.execute { [self] in deliver(reply) }
      }
    if !isAccepted {
      waiting -= 1
      hub.busyLines.increment()
      if outline.wantsAnswer { send(ReplyText.error(id: outline.answerID, .busy)) }
    }
  }

  private static let stopName = Array("\"stop\"".utf8)
  private static let renewName = Array("\"lease.renew\"".utf8)

  private func answerStop(_ outline: LineOutline) {
    // The scanner has found it; a stop that it has not is none that may be lost either.
    if stopSeenAt == nil { hub.stop(caller) }
    let since = stopSeenAt ?? ServerClock.now
    stopSeenAt = nil
    let id = outline.answerID
    let wantsAnswer = outline.wantsAnswer
    stopsBefore = hub.stimulator.stopCount
    waiting += 1
    hub.watch.await(since: since) { [self] inactive, after in
      hub.reacted(caller, inactive, after)
      waiting -= 1
      if wantsAnswer {
        send(ReplyText.result(id: id, StopReply.result(inactive: inactive, reaction: after)))
      }
      closeWhenDone()
    }
  }

  // MARK: Out

  private func deliver(_ reply: Reply) {
    channel.eventLoop.preconditionInEventLoop()
    waiting -= 1
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
    if unsent > Self.mostUnsent {
      hub.closedSlow(caller, unsent)
      channel.close(mode: .all, promise: nil)
      return
    }
    channel.writeAndFlush(buffer).whenComplete { [self] _ in
      unsent -= count
      movedAt = ServerClock.now
      sent()
    }
  }

  /// Sends the newest status, unless the one before is still to be sent.
  func tell(status: ByteBuffer) {
    guard wantsStatus, !isStatusUnsent else { return }
    isStatusUnsent = true
    send(status) { [self] in isStatusUnsent = false }
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

  // MARK: Life

  func channelActive(context: ChannelHandlerContext) { hub.add(self) }

  func channelInactive(context: ChannelHandlerContext) {
    caller.leave()
    hub.remove(self)
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
    guard mustClose, waiting == 0 else { return }
    let channel = channel
    channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
      channel.close(mode: .all, promise: nil)
    }
  }
}
