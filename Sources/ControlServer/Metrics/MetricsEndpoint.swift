// Decides: who may read the figures: this computer alone, one short request a connection, few
// connections at once.
// Leaves to others: the figures (PrometheusRegistry).

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A read-only HTTP endpoint on the loopback address, on a thread of its own.
final class MetricsEndpoint: Sendable {
  /// Connections at once; more are closed.
  static let mostConnections = 8
  /// Bytes of a request; a connection that sends more is closed.
  static let mostBytes = 8_192
  /// A connection lives no longer.
  static let longestLife = TimeAmount.seconds(5)

  /// The port that it listens on.
  let port: Int
  private let group: MultiThreadedEventLoopGroup
  private let listener: any Channel

  /// Listens; port 0 is any that is free.
  init(port: Int, _ registry: PrometheusRegistry) throws(DaemonFailure) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    self.group = group
    let count = Atomic64()
    do {
      listener = try ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 16)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          guard count.add(1) <= Self.mostConnections else {
            _ = count.add(-1)
            return channel.close()
          }
          channel.closeFuture.whenComplete { _ in _ = count.add(-1) }
          let life = channel.eventLoop.scheduleTask(in: Self.longestLife) {
            channel.close(promise: nil)
          }
          channel.closeFuture.whenComplete { _ in life.cancel() }
          return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(ByteBound(Self.mostBytes))
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(
              withPipeliningAssistance: true, withErrorHandling: true)
            try channel.pipeline.syncOperations.addHandler(FigureHandler(registry))
          }
        }
        .bind(host: "127.0.0.1", port: port).wait()
    } catch {
      try? group.syncShutdownGracefully()
      throw .metrics(
        "metrics: 127.0.0.1:\(port) cannot be listened on (\(error)); name another port")
    }
    self.port = listener.localAddress?.port ?? port
  }

  /// Closes it.
  func close() {
    try? listener.close().wait()
    try? group.syncShutdownGracefully()
  }
}

/// A count that several threads change.
private final class Atomic64: Sendable {
  private let value = Atomic<Int>(0)

  func add(_ amount: Int) -> Int { value.wrappingAdd(amount, ordering: .relaxed).newValue }
}

/// Closes a connection that sends more than a request may have.
private final class ByteBound: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var left: Int

  init(_ most: Int) { left = most }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    left -= unwrapInboundIn(data).readableBytes
    if left < 0 { context.close(promise: nil) } else { context.fireChannelRead(data) }
  }
}

/// Answers GET and HEAD of /metrics, and then closes.
private final class FigureHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let registry: PrometheusRegistry
  private var isAnswered = false

  init(_ registry: PrometheusRegistry) { self.registry = registry }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data), !isAnswered else { return }
    isAnswered = true
    let isRead = head.method == .GET || head.method == .HEAD
    let path = head.uri.split(separator: "?", omittingEmptySubsequences: false).first ?? ""
    if !isRead {
      answer(context, .methodNotAllowed, "GET and HEAD only\n", isHead: false)
    } else if path != "/metrics" {
      answer(context, .notFound, "figures are at /metrics\n", isHead: head.method == .HEAD)
    } else {
      answer(context, .ok, registry.text(), isHead: head.method == .HEAD)
    }
  }

  private func answer(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ text: String, isHead: Bool
  ) {
    let body = ByteBuffer(string: text)
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: "text/plain; version=0.0.4; charset=utf-8")
    headers.add(name: "Content-Length", value: "\(body.readableBytes)")
    headers.add(name: "Connection", value: "close")
    if status == .methodNotAllowed { headers.add(name: "Allow", value: "GET, HEAD") }
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
