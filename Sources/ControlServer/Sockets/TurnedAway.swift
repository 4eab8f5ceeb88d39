// Decides: what a connection is told for which there is no place.
// Leaves to others: how many places there are (Hub).

import ControlAPI
import NIOCore

extension RPCError {
  /// There is no place for one more connection.
  static func noPlace(_ socket: String, _ most: Int, ofUser: Bool) -> RPCError {
    let whose = ofUser ? " of one user" : ""
    return RPCError(
      .busy,
      "\(socket).sock serves at most \(most) connections\(whose); close one, then connect again",
      reason: "no-place")
  }
}

/// Tells why, and closes.
final class TurnedAway: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  private let error: RPCError

  init(_ error: RPCError) { self.error = error }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    channel.writeAndFlush(ByteBuffer(bytes: ReplyText.error(id: "null", error)))
      .whenComplete { _ in channel.close(mode: .all, promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(mode: .all, promise: nil)
  }
}
