// Decides: the messages of greeting, STOP and the lease.
// Leaves to others: what they do (ControlServer).

/// Which socket a connection came by.
public enum SocketKind: String, Sendable, Codable, CaseIterable {
  /// `control.sock`.
  case control
  /// `monitor.sock`.
  case monitor
}

/// Says who one is and asks who answers.
public struct HelloRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.hello
  /// The client's name, as `nmes console`.
  public var client: String

  /// A greeting.
  public init(client: String) { self.client = client }

  /// Who answers.
  public struct Response: Codable, Sendable, Equatable {
    /// "nmesd".
    public var product: String
    /// Its version.
    public var version: String
    /// The board.
    public var board: String
    /// Whether nobody is connected to it.
    public var isSimulated: Bool
    /// Which socket this is.
    public var socket: SocketKind
    /// The caller's user id.
    public var uid: UInt32

    /// An answer.
    public init(
      product: String, version: String, board: String, isSimulated: Bool, socket: SocketKind,
      uid: UInt32
    ) {
      self.product = product
      self.version = version
      self.board = board
      self.isSimulated = isSimulated
      self.socket = socket
      self.uid = uid
    }
  }
}

/// STOP. Needs no lease, is never queued, and is found before the line is parsed.
public struct StopRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.stop

  /// STOP.
  public init() {}

  /// What came of a STOP; also the one line that `stop.sock` answers.
  public struct Response: Codable, Sendable, Equatable {
    /// Whether the outputs were seen inactive.
    public var inactive: Bool
    /// From the STOP's arrival until the outputs were seen inactive, in microseconds; until it
    /// was given up, when they were not. It arrives when the daemon reads the bytes that end it:
    /// how long they lay in the socket before is not in it.
    public var reaction_us: Int64

    /// An answer.
    public init(inactive: Bool, reaction_us: Int64) {
      self.inactive = inactive
      self.reaction_us = reaction_us
    }
  }
}

/// Asks to lead.
public struct LeaseTakeRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.leaseTake
  /// Whether to take the lease from whoever holds it.
  public var takeOver: Bool?

  /// A request.
  public init(takeOver: Bool? = nil) { self.takeOver = takeOver }

  /// A lease.
  public struct Response: Codable, Sendable, Equatable {
    /// What renewing and releasing name.
    public var lease: String
    /// Who holds it.
    public var holder: LeaseHolder

    /// A lease.
    public init(lease: String, holder: LeaseHolder) {
      self.lease = lease
      self.holder = holder
    }
  }
}

/// The operator is still there.
public struct LeaseRenewRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.leaseRenew
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// The lease.
  public var lease: String

  /// A renewal.
  public init(lease: String) { self.lease = lease }
}

/// The operator leaves. A running session stops for want of renewal (SR-23).
public struct LeaseReleaseRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.leaseRelease
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// The lease.
  public var lease: String

  /// A release.
  public init(lease: String) { self.lease = lease }
}

/// Who leads.
public struct LeaseHolder: Codable, Sendable, Equatable {
  /// The holder's user id.
  public var uid: UInt32
  /// What the holder's client called itself.
  public var client: String

  /// A holder.
  public init(uid: UInt32, client: String) {
    self.uid = uid
    self.client = client
  }
}
