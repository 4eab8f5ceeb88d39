// Decides: what the current and voltage converters and the sample-and-hold show.
// Leaves to others: the true current and voltage (ChannelPlant).

import StimulationCore

/// The converters of one channel: 16-bit current in steps of 10 µA, voltage in steps of 20 mV.
struct Converters {
  /// The current converter's step in mA.
  static let currentStep = 0.010
  private static let voltageStep: Int32 = 20
  private static let largestCode: Double = 32_767
  private static let largestVoltageCode: Double = 8_191

  private let noiseLevel: Double
  private let offset: Double
  /// Additional noise, r.m.s. as a share of the commanded amplitude.
  var faultNoise = 0.0
  /// Whether the converter repeats its code.
  var isStuck = false
  /// The code shown last, and shown forever once the converter is stuck.
  var code: Int32 = 0
  /// The commanded amplitude in mA while current is commanded, for the noise fault.
  var commanded = 0.0

  private(set) var heldLeading = Microamperes.zero
  private(set) var heldRecovery = Microamperes.zero
  private(set) var heldVoltage = Millivolts.zero

  init(_ imperfections: Imperfections, noise: inout NoiseSource) {
    noiseLevel = Double(imperfections.currentNoise.rawValue) * 1e-3
    offset = Double(imperfections.currentOffset.rawValue) * 1e-3 * noise.sign()
  }

  /// Whether the current's code lies inside the converter's range.
  var isInRange: Bool { abs(Double(code)) < Converters.largestCode }

  /// Converts `current` mA.
  @inline(__always)
  mutating func convert(current: Double, noise: inout NoiseSource) -> Microamperes {
    if !isStuck { code = quantise(current, &noise) }
    return Microamperes(code * 10)
  }

  /// Converts `voltage` V.
  @inline(__always)
  func convert(voltage: Double) -> Millivolts {
    let steps = min(
      max(voltage * 50, -Converters.largestVoltageCode), Converters.largestVoltageCode)
    return Millivolts(rounded(steps) * Converters.voltageStep)
  }

  mutating func holdLeading(current: Double, voltage: Double, noise: inout NoiseSource) {
    heldLeading = held(current, &noise)
    heldVoltage = convert(voltage: voltage).magnitude
  }

  mutating func holdRecovery(current: Double, noise: inout NoiseSource) {
    heldRecovery = held(current, &noise)
  }

  mutating func clearRecovery() { heldRecovery = .zero }

  private func held(_ current: Double, _ noise: inout NoiseSource) -> Microamperes {
    let value = isStuck ? code : quantise(current, &noise)
    return Microamperes(value * 10).magnitude
  }

  private func quantise(_ current: Double, _ noise: inout NoiseSource) -> Int32 {
    var value = current + offset
    if noiseLevel != 0 { value += noiseLevel * noise.normal() }
    if faultNoise != 0 && commanded != 0 { value += faultNoise * commanded * noise.normal() }
    let steps = min(max(value * 100, -Converters.largestCode), Converters.largestCode)
    return rounded(steps)
  }

  private func rounded(_ value: Double) -> Int32 { Int32(value < 0 ? value - 0.5 : value + 0.5) }
}
