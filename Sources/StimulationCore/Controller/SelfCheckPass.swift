// Decides: what a passed self-check is worth, and for how long (SR-04).
// Leaves to others: the check itself (SelfCheck).

/// Proof that this controller checked its board at a time.
///
/// It cannot be copied and never leaves the controller that made it from its own board's
/// readings, so that it can arm only once and only that board.
struct SelfCheckPass: ~Copyable {
  private let madeAt: Nanoseconds

  /// How long a pass can be used.
  static let lifetime = Nanoseconds.seconds(60)

  /// A pass made at an instant.
  init(madeAt: Nanoseconds) { self.madeAt = madeAt }

  /// Uses the pass up; answers whether it was still good.
  consuming func redeem(at now: Nanoseconds) -> Bool { now - madeAt <= SelfCheckPass.lifetime }
}
