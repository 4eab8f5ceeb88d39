// Decides: who must still be there when the loop is asked for what energises or raises (SR-23).
// Leaves to others: who holds the lease and since when (ControlServer), and the loop's own watch
// over its renewal (HostInterlock).

/// Whether somebody is there to lead.
public enum OperatorLease: Sendable {
  /// Somebody leads from outside: answers whether the lease is held at this instant. It is asked
  /// last of all, since the disk may have been waited for until then.
  case held(@Sendable () -> Bool)
  /// A run leads itself, on a board that nobody is connected to: it is there as long as it runs.
  case ofTheRun
}
