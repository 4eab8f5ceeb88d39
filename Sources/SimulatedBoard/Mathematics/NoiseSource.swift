// Decides: every random number of the plant, from one seed.
// Leaves to others: what is random (converters, lateness, signs).

import BoardSupport

/// A seeded stream of numbers (xorshift64*), and normal noise from a table of 256 quantiles.
struct NoiseSource: ~Copyable {
  private var state: UInt64
  private let quantiles: FixedStore<Double>

  /// A stream that depends on the seed and on which stream it is.
  init(seed: UInt64, stream: UInt64) {
    // splitmix64, so that neighbouring seeds do not give similar streams.
    var mixed = seed &+ (stream &+ 1) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    state = mixed == 0 ? 0x9E37_79B9_7F4A_7C15 : mixed
    var table = InlineArray<256, Double> { normalQuantile((Double($0) + 0.5) / 256) }
    var square = 0.0
    for index in 0..<256 { square += table[index] * table[index] }
    let scale = 1 / (square / 256).squareRoot()  // the table's own r.m.s. is exactly 1
    for index in 0..<256 { table[index] *= scale }
    quantiles = FixedStore(count: 256) { table[$0] }
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// Noise with mean 0 and r.m.s. 1.
  mutating func normal() -> Double { quantiles[Int(next() >> 56)] }

  /// A number from 0 to 1.
  mutating func uniform() -> Double { Double(next() >> 11) * (1 / 9_007_199_254_740_992) }

  /// +1 or −1.
  mutating func sign() -> Double { next() >> 63 == 0 ? 1 : -1 }
}
