// Decides: how a board's guarantees and its own limits are read.
// Leaves to others: what they bound (the core), and how they relate (BoardCheck).

import CheckedFiles
import StimulationCore

/// Reads `electronics` and `limits`.
struct ElectronicsReader {
  private static let keys =
    sourced([
      "compliance", "deadTime", "settling", "shortestTimedPhase", "longestPhase", "phaseCharge",
      "relayRelease", "missingPulseShortest", "missingPulseLongest",
    ]) + ["gate"]
  /// The limits that a board may state.
  static let limitKeys: [(key: String, kind: LimitKind)] = [
    ("amplitude", .amplitude), ("longPulseAmplitude", .longPulseAmplitude),
    ("phaseWidth", .phaseWidth), ("phaseCharge", .phaseCharge), ("rms", .rms),
  ]
  private let root: Section
  private let section: Section?

  init(root: Section, findings: Findings) {
    self.root = root
    section = root.section("electronics", keys: ElectronicsReader.keys)
  }

  /// Whether the board declares sequencers of short pulses, be it readable or not.
  var hasGates: Bool { section?.has("gate") ?? false }

  func read() -> BoardElectronics? {
    guard let section else { return nil }
    func duration(_ key: String, _ bound: Bound<Nanoseconds>) -> Nanoseconds? {
      section.bounded(key, QuantityParser.parseDuration, bound)
    }
    let compliance = section.bounded("compliance", QuantityParser.parseVoltage, .compliance)
    let deadTime = duration("deadTime", .deadTime)
    let settling = duration("settling", .settling)
    let shortest = duration("shortestTimedPhase", .shortestTimedPhase)
    let longest = duration("longestPhase", .longestPhase)
    let charge = section.bounded("phaseCharge", QuantityParser.parseCharge, .phaseCharge)
    let release = duration("relayRelease", .relayRelease)
    let soonest = duration("missingPulseShortest", .missingPulse)
    let latest = duration("missingPulseLongest", .missingPulse)
    let gate = readGate(section)
    guard let compliance, let deadTime, let settling, let shortest, let longest, let charge,
      let release, let soonest, let latest,
      isAscending(section, ("missingPulseShortest", soonest), ("missingPulseLongest", latest)),
      gate != nil || !hasGates
    else { return nil }
    return BoardElectronics(
      compliance: compliance, deadTime: deadTime, settling: settling,
      shortestTimedPhase: shortest, longestPhase: longest, phaseCharge: charge,
      relayRelease: release, missingPulse: soonest...latest, gate: gate)
  }

  private func readGate(_ electronics: Section) -> GateElectronics? {
    let keys = sourced(["shortest", "longest", "recovery"])
    guard let section = electronics.section("gate", keys: keys, isRequired: false) else {
      return nil
    }
    let shortest = section.bounded("shortest", QuantityParser.parseDuration, .gateLeading)
    let longest = section.bounded("longest", QuantityParser.parseDuration, .gateLeading)
    let recovery = section.option("recovery", GateRecovery.options)
    if let recovery { section.keepSource(of: "recovery", text: "\(recovery.value)") }
    guard let shortest, let longest, let recovery,
      isAscending(section, ("shortest", shortest), ("longest", longest))
    else { return nil }
    return GateElectronics(leadingPhase: shortest...longest, recovery: recovery.value)
  }

  private func isAscending(
    _ section: Section, _ low: (key: String, value: Nanoseconds),
    _ high: (key: String, value: Nanoseconds)
  ) -> Bool {
    if low.value < high.value { return true }
    section.report(
      .inconsistent, high.key,
      "\(section.join(high.key)) \(high.value) is not above \(low.key) \(low.value) at "
        + "\(section.location(of: low.key)); exchange them")
    return false
  }

  /// The board's own limits; each may only tighten the compiled ones (SR-17).
  func readLimits() -> LimitLayer {
    var layer = LimitLayer(source: .board)
    let keys = sourced(ElectronicsReader.limitKeys.map(\.key))
    guard let section = root.section("limits", keys: keys, isRequired: false) else {
      return layer
    }
    for (key, kind) in ElectronicsReader.limitKeys {
      let value: Int64? =
        switch kind {
        case .phaseWidth:
          section.sourced(key, isRequired: false, QuantityParser.parseDuration)?.value.rawValue
        case .phaseCharge:
          section.sourced(key, isRequired: false, QuantityParser.parseCharge)?.value.rawValue
        default:
          section.sourced(key, isRequired: false, QuantityParser.parseCurrent).map {
            Int64($0.value.rawValue)
          }
        }
      guard let value else { continue }
      let limit = widest(kind)
      if value == 0 {
        section.report(.inconsistent, key, "\(section.join(key)) is nothing; write one above it")
      } else if !kind.allows(value, under: limit) {
        section.report(
          .limit, key,
          "\(kind) \(kind.text(of: value)) is above the limit of \(kind.text(of: limit)) set by "
            + "the compiled envelope; a board may only tighten, so lower it")
      } else {
        layer[kind] = value
      }
    }
    return layer
  }
}
