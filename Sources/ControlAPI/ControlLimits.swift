// Decides: the bounds and periods that daemon and clients agree on.
// Leaves to others: keeping them (ControlServer, ControlClient).

/// What daemon and clients agree on.
public enum ControlLimits {
  /// The longest line to the daemon, in bytes, its end included.
  public static let longestRequest = 65_536
  /// The longest line from the daemon, in bytes, its end included.
  public static let longestReply = 1_048_576
  /// An operator renews the lease this often, in milliseconds.
  public static let leaseRenewal_ms: Int64 = 250
  /// A lease that is not renewed for this long is lost (SR-23), in milliseconds.
  public static let leaseExpiry_ms: Int64 = 1_000
  /// Status is sent this often, in milliseconds.
  public static let statusPeriod_ms: Int64 = 100
  /// Status older than this is shown as stale (SR-52), in milliseconds.
  public static let staleAfter_ms: Int64 = 500
}
