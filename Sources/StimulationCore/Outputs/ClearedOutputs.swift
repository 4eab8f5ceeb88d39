// Decides: that outputs reach a board once, in order, and only when the interlocks made them.
// Leaves to others: what is in the frame (controller, interlocks) and the pins (boards).

/// Outputs that passed every interlock at one tick.
///
/// Only the interlock chain makes one. It cannot be copied, and a board redeems it through a
/// ``ClearanceLedger``, which stops the process when a clearance is stale, repeated or out of
/// order: the hardware then goes safe by itself. Controllers follow one another on a board by
/// going on with its ticks; two at once would soon be out of order.
@frozen public struct ClearedOutputs: ~Copyable {
  @usableFromInline let frame: OutputFrame
  @usableFromInline let tick: UInt64

  init(clearing frame: OutputFrame, tick: UInt64) {
    self.frame = frame
    self.tick = tick
  }
}

/// A board's record of the clearances that it redeemed.
@frozen public struct ClearanceLedger: ~Copyable {
  @usableFromInline var redeemed: UInt64 = 0

  /// A ledger that has redeemed nothing.
  @inlinable public init() {}

  /// Gives up the frame of a clearance.
  ///
  /// A clearance whose tick is not the next one is a programming error and stops the process.
  @inlinable public mutating func redeem(_ outputs: consuming ClearedOutputs) -> OutputFrame {
    precondition(outputs.tick == redeemed &+ 1, "a stale or repeated clearance reached a board")
    redeemed = outputs.tick
    return outputs.frame
  }
}
