// Decides: what is told of one channel of a session, and its names in JSON.
// Leaves to others: adding it up (DoseTotals).

internal import Foundation
public import StimulationCore

/// The delivered dose of one channel of one session, from the log.
public struct ChannelSummary: Sendable, Equatable {
  /// The channel, counted from 1 as people do.
  public let channel: Int
  /// The smaller of the channel's electrodes.
  public let electrodeArea: SquareMillimetres
  /// The most that could be set.
  public let ceiling: Microamperes
  /// Trains with at least one pulse.
  public let trains: Int64
  /// The sum of the trains; of a session that a crash cut off, with what a checkpoint holds.
  public let dose: ChannelDose
  /// Probes of self-checks.
  public let probes: Int64
  /// The sum of the probes, which no other figure holds.
  public let probeDose: ChannelDose
  /// How sure the figures are.
  public let certainty: Certainty
  /// What an uncertain session counts as.
  public let bound: ChannelBound?
}

extension ChannelSummary: Codable {
  private enum Key: String, CodingKey {
    case channel, trains, pulses, pulsesWithheld, probes, certainty
    case electrodeArea = "electrodeArea_mm2"
    case ceiling = "ceiling_uA"
    case commandedLeading = "commandedLeadingCharge_nC"
    case commandedRecovery = "commandedRecoveryCharge_nC"
    case leading = "leadingCharge_nC"
    case recovery = "recoveryCharge_nC"
    case net = "netCharge_nC"
    case unrecovered = "unrecoveredCharge_nC"
    case peak = "peakCurrent_uA"
    case rms = "rmsOnTimeCurrent_uA"
    case squareTime = "squareTime_uA2ms"
    case energy = "energy_uJ"
    case onTime = "onTime_s"
    case probe
    case boundCharge = "upperBoundCharge_nC"
    case boundTrains = "upperBoundTrains"
  }

  /// Writes the names that `nmes run --json` uses too; charges of both phases as magnitudes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(channel, forKey: .channel)
    try container.encode(electrodeArea.rawValue, forKey: .electrodeArea)
    try container.encode(ceiling.rawValue, forKey: .ceiling)
    try container.encode(trains, forKey: .trains)
    try ChannelSummary.encode(dose, into: &container)
    try container.encode(probes, forKey: .probes)
    var inner = container.nestedContainer(keyedBy: Key.self, forKey: .probe)
    try ChannelSummary.encode(probeDose, into: &inner)
    try container.encode(DoseRow.name(certainty), forKey: .certainty)
    if let bound {
      try container.encode(decimal(bound.rectified.rawValue), forKey: .boundCharge)
      try container.encode(bound.trains, forKey: .boundTrains)
    }
  }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    channel = try container.decode(Int.self, forKey: .channel)
    electrodeArea = SquareMillimetres(try container.decode(Int32.self, forKey: .electrodeArea))
    ceiling = Microamperes(try container.decode(Int32.self, forKey: .ceiling))
    trains = try container.decode(Int64.self, forKey: .trains)
    dose = try ChannelSummary.dose(from: container)
    probes = try container.decode(Int64.self, forKey: .probes)
    probeDose = try ChannelSummary.dose(
      from: try container.nestedContainer(keyedBy: Key.self, forKey: .probe))
    let name = try container.decode(String.self, forKey: .certainty)
    guard let known = Certainty.allCases.first(where: { DoseRow.name($0) == name }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .certainty, in: container, debugDescription: "“\(name)” is no certainty")
    }
    certainty = known
    if let charge = try container.decodeIfPresent(Decimal.self, forKey: .boundCharge) {
      guard let place = Int8(exactly: channel - 1) else {
        throw DecodingError.dataCorruptedError(
          forKey: .channel, in: container, debugDescription: "\(channel) is no channel")
      }
      bound = ChannelBound(
        channel: place, rectified: Femtocoulombs(whole(charge)),
        trains: try container.decode(Int64.self, forKey: .boundTrains))
    } else {
      bound = nil
    }
  }

  private static func encode(
    _ dose: ChannelDose, into container: inout KeyedEncodingContainer<Key>
  ) throws {
    try container.encode(dose.pulses, forKey: .pulses)
    try container.encode(dose.withheld, forKey: .pulsesWithheld)
    try container.encode(decimal(dose.commandedLeading.rawValue), forKey: .commandedLeading)
    try container.encode(decimal(dose.commandedRecovery.rawValue), forKey: .commandedRecovery)
    try container.encode(decimal(dose.leading.rawValue), forKey: .leading)
    try container.encode(decimal(dose.recovery.rawValue), forKey: .recovery)
    try container.encode(decimal(dose.net.rawValue), forKey: .net)
    try container.encode(decimal(dose.unrecovered.rawValue), forKey: .unrecovered)
    try container.encode(dose.peak.rawValue, forKey: .peak)
    try container.encode(dose.rmsOnTimeCurrent.rawValue, forKey: .rms)
    try container.encode(dose.squareTime, forKey: .squareTime)
    try container.encode(decimal(dose.energy.rawValue), forKey: .energy)
    try container.encode(decimal(dose.onTime.rawValue) / 1_000, forKey: .onTime)
  }

  private static func dose(from container: KeyedDecodingContainer<Key>) throws -> ChannelDose {
    func millionths(_ key: Key) throws -> Int64 {
      whole(try container.decode(Decimal.self, forKey: key))
    }
    var dose = ChannelDose.none
    dose.pulses = try container.decode(Int64.self, forKey: .pulses)
    dose.withheld = try container.decode(Int64.self, forKey: .pulsesWithheld)
    dose.commandedLeading = Femtocoulombs(try millionths(.commandedLeading))
    dose.commandedRecovery = Femtocoulombs(try millionths(.commandedRecovery))
    dose.leading = Femtocoulombs(try millionths(.leading))
    dose.recovery = Femtocoulombs(try millionths(.recovery))
    dose.net = Femtocoulombs(try millionths(.net))
    dose.unrecovered = Femtocoulombs(try millionths(.unrecovered))
    dose.peak = Microamperes(try container.decode(Int32.self, forKey: .peak))
    dose.squareTime = try container.decode(Int64.self, forKey: .squareTime)
    dose.energy = Picojoules(try millionths(.energy))
    let seconds = try container.decode(Decimal.self, forKey: .onTime)
    dose.onTime = Nanoseconds(whole(seconds * 1_000))
    return dose
  }
}

/// Millionths as an exact decimal: fC as nC, pJ as µJ.
private func decimal(_ millionths: Int64) -> Decimal { Decimal(millionths) / 1_000_000 }

/// A decimal as whole millionths.
private func whole(_ value: Decimal) -> Int64 {
  NSDecimalNumber(decimal: value * 1_000_000).int64Value
}
