// Decides: how the amplitude of a channel follows what was written.
// Leaves to others: what is written (the board) and what flows (ChannelPlant).

/// The amplitude converter behind its first-order filter, in mA and ms.
struct AmplitudeFilter {
  /// 20 µs.
  static let tau = 0.020
  /// The filter's rate, per ms.
  static let rate = 50.0
  /// After this many time constants what is left is below the arithmetic's resolution.
  private static let settledAfter = 0.80

  /// What was written.
  private(set) var target = 0.0
  /// How far the output still is from the target.
  private(set) var transient = 0.0

  /// The output now.
  var value: Double { target + transient }

  mutating func write(_ amplitude: Double) {
    transient += target - amplitude
    target = amplitude
  }

  @inline(__always)
  mutating func advance(_ time: Double) {
    if transient == 0 { return }
    transient =
      time >= AmplitudeFilter.settledAfter
      ? 0 : transient * exponential(-time * AmplitudeFilter.rate)
    if abs(transient) < 1e-9 { transient = 0 }
  }
}
