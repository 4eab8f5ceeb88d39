// Decides: the messages about protocols and prescriptions.
// Leaves to others: the files (ProtocolLibrary).

/// Lists the daemon's protocols.
public struct ProtocolListRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.protocolList

  /// A request.
  public init() {}

  /// The protocols.
  public struct Response: Codable, Sendable, Equatable {
    /// In the order of their names.
    public var protocols: [ProtocolListItem]

    /// A list.
    public init(protocols: [ProtocolListItem]) { self.protocols = protocols }
  }
}

/// A protocol in a list.
public struct ProtocolListItem: Codable, Sendable, Equatable {
  /// The name that ``SessionLoadRequest`` takes.
  public var name: String
  /// What it is called; empty for a file that cannot be used.
  public var title: String
  /// The stage, as `S4`.
  public var stage: String
  /// The version.
  public var version: String
  /// Why the file cannot be used, when it cannot.
  public var problem: String?

  /// An item.
  public init(
    name: String, title: String = "", stage: String = "", version: String = "",
    problem: String? = nil
  ) {
    self.name = name
    self.title = title
    self.stage = stage
    self.version = version
    self.problem = problem
  }
}

/// Shows one protocol.
public struct ProtocolShowRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.protocolShow
  /// Its name.
  public var name: String

  /// A request.
  public init(name: String) { self.name = name }

  /// A protocol.
  public struct Response: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// What it is called.
    public var title: String
    /// The stage.
    public var stage: String
    /// The version.
    public var version: String
    /// All of it, for people: what `nmes protocol show` prints.
    public var text: String

    /// A protocol.
    public init(name: String, title: String, stage: String, version: String, text: String) {
      self.name = name
      self.title = title
      self.stage = stage
      self.version = version
      self.text = text
    }
  }
}

/// Lists the prescriptions in the daemon's folder.
public struct PrescriptionListRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.prescriptionList

  /// A request.
  public init() {}

  /// The prescriptions.
  public struct Response: Codable, Sendable, Equatable {
    /// In the order of their names.
    public var prescriptions: [PrescriptionListItem]

    /// A list.
    public init(prescriptions: [PrescriptionListItem]) { self.prescriptions = prescriptions }
  }
}

/// A prescription in a list.
public struct PrescriptionListItem: Codable, Sendable, Equatable {
  /// The name that ``SessionLoadRequest`` takes: the file's, without `.yaml`.
  public var name: String
  /// The patient's code; empty for a file that cannot be used.
  public var patient: String
  /// The muscle.
  public var muscle: String
  /// The side of the body.
  public var side: String
  /// The protocol.
  public var protocolName: String
  /// The last day on which it holds, as 2026-01-31.
  public var validUntil: String
  /// Why the file cannot be used, when it cannot.
  public var problem: String?

  private enum CodingKeys: String, CodingKey {
    case name, patient, muscle, side, validUntil, problem
    case protocolName = "protocol"
  }

  /// An item.
  public init(
    name: String, patient: String = "", muscle: String = "", side: String = "",
    protocolName: String = "", validUntil: String = "", problem: String? = nil
  ) {
    self.name = name
    self.patient = patient
    self.muscle = muscle
    self.side = side
    self.protocolName = protocolName
    self.validUntil = validUntil
    self.problem = problem
  }
}

/// Shows one prescription.
public struct PrescriptionShowRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.prescriptionShow
  /// Its name.
  public var name: String

  /// A request.
  public init(name: String) { self.name = name }

  /// A prescription.
  public struct Response: Codable, Sendable, Equatable {
    /// What the list says of it.
    public var prescription: PrescriptionListItem
    /// All of it, for people: what `nmes prescription show` prints.
    public var text: String

    /// A prescription.
    public init(prescription: PrescriptionListItem, text: String) {
      self.prescription = prescription
      self.text = text
    }
  }
}
