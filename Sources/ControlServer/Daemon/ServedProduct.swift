// Decides: the daemon's name and version.
// Leaves to others: where they are told (Dispatcher, Daemon, nmesd).

/// What the daemon calls itself.
public enum ServedProduct {
  /// Its name.
  public static let name = "nmesd"
  /// Its version.
  public static let version = "0.1.0"
}
