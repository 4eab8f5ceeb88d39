// Decides: how limits of several layers combine: each layer may only tighten.
// Leaves to others: where a layer's values were read (BoardSupport, ProtocolLibrary).

/// Who set a limit, from the outermost layer inwards.
public enum LimitSource: UInt8, CaseIterable, Sendable {
  /// The compiled envelope.
  case compiled
  /// The board definition.
  case board
  /// The prescription.
  case prescription
  /// The protocol.
  case protocolFile
}

/// One limit and who set it.
public struct Limit: Sendable, Equatable {
  /// The value, in the unit that ``LimitKind`` names.
  public let value: Int64
  /// Who set it.
  public let source: LimitSource
}

/// The values that one layer sets. A layer that says nothing of a kind leaves it as it is.
public struct LimitLayer: Sendable {
  /// Who sets these.
  public let source: LimitSource
  var values: InlineArray<14, Int64?> = InlineArray(repeating: nil)

  /// A layer that says nothing yet.
  public init(source: LimitSource) { self.source = source }

  /// The layer's value for `kind`, in the unit that ``LimitKind`` names.
  public subscript(kind: LimitKind) -> Int64? {
    get { values[Int(kind.rawValue)] }
    set { values[Int(kind.rawValue)] = newValue }
  }
}

/// Two layers that disagree: the inner one is looser than the outer (SR-17).
public struct LimitDisagreement: Error, Sendable, Equatable {
  /// Which limit.
  public let kind: LimitKind
  /// The tighter, outer limit.
  public let outer: Limit
  /// The looser value that was refused.
  public let inner: Limit
}

/// The limits in force: the compiled envelope, tightened by the layers.
public struct LimitTable: Sendable {
  /// The envelope that the table started from.
  public let envelope: Envelope
  private var limits: InlineArray<14, Limit>

  /// The compiled envelope alone.
  public init(_ envelope: Envelope) {
    self.envelope = envelope
    limits = InlineArray { index in
      guard let kind = LimitKind(rawValue: UInt8(index)) else {
        preconditionFailure("LimitKind.count counts the kinds")
      }
      return Limit(value: envelope.limit(of: kind), source: .compiled)
    }
  }

  /// The limit in force.
  public subscript(kind: LimitKind) -> Limit { limits[Int(kind.rawValue)] }

  /// Tightens by one layer, or changes nothing and names the first disagreement.
  public mutating func tighten(by layer: LimitLayer) throws(LimitDisagreement) {
    var tightened = limits
    for index in 0..<LimitKind.count {
      guard let kind = LimitKind(rawValue: UInt8(index)), let value = layer[kind] else { continue }
      let outer = limits[index]
      let inner = Limit(value: value, source: layer.source)
      guard kind.allows(value, under: outer.value) else {
        throw LimitDisagreement(kind: kind, outer: outer, inner: inner)
      }
      tightened[index] = inner
    }
    limits = tightened
  }
}
