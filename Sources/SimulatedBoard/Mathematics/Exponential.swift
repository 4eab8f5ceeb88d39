// Decides: the exponential and the logarithm that the plant uses on the real-time path.
// Leaves to others: what they are applied to.
//
// The C library's are not promised to be free of locks and allocation, so the compiler refuses
// them there. These agree with the C library's to a few parts in 10¹⁵.

/// e to the power `x`, for x from −700 to 700; below that, nothing.
@inline(__always)
func exponential(_ x: Double) -> Double {
  if x < -700 { return 0 }
  precondition(x < 700, "the plant's exponents are bounded")
  // x = k·ln 2 + r with |r| ≤ ln 2 ÷ 2. Adding 1.5 × 2⁵² rounds to a whole number.
  let magic = 6_755_399_441_055_744.0
  let k = (x * 1.442_695_040_888_963_4 + magic) - magic
  let r = (x - k * 0.693_147_180_369_123_8) - k * 1.908_214_929_270_587_7e-10
  // Taylor's series to the 13th power, in pairs so that the processor can overlap them.
  let r2 = r * r
  let r4 = r2 * r2
  let r8 = r4 * r4
  let p01 = 1.0 + r
  let p23 = 0.5 + r * (1.0 / 6.0)
  let p45 = 1.0 / 24.0 + r * (1.0 / 120.0)
  let p67 = 1.0 / 720.0 + r * (1.0 / 5_040.0)
  let p89 = 1.0 / 40_320.0 + r * (1.0 / 362_880.0)
  let pAB = 1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0)
  let pCD = 1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0)
  let low = (p01 + p23 * r2) + (p45 + p67 * r2) * r4
  let high = (p89 + pAB * r2) + pCD * r4
  let power = Double(bitPattern: UInt64(bitPattern: Int64(k) &+ 1_023) << 52)
  return (low + high * r8) * power
}

/// The natural logarithm of a positive, normal number.
func naturalLogarithm(_ x: Double) -> Double {
  precondition(x > 1e-300 && x < 1e300, "the logarithm of a positive number")
  let bits = x.bitPattern
  var exponent = Int64(bits >> 52) - 1_023
  var mantissa = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
  if mantissa > 1.414_213_562_373_095_1 {
    mantissa *= 0.5
    exponent += 1
  }
  let s = (mantissa - 1) / (mantissa + 1)  // at most 0.172
  let s2 = s * s
  var sum = 0.0
  var n = 21.0
  while n > 0 {
    sum = sum * s2 + 1 / n
    n -= 2
  }
  return Double(exponent) * 0.693_147_180_559_945_3 + 2 * s * sum
}

/// The share of a normal distribution below `z`, to 1.5e-7 (Abramowitz and Stegun 7.1.26).
func normalShare(below z: Double) -> Double {
  let x = (z < 0 ? -z : z) * 0.707_106_781_186_547_5
  if x > 6 { return z < 0 ? 0 : 1 }
  let t = 1 / (1 + 0.327_591_1 * x)
  let polynomial =
    ((((1.061_405_429 * t - 1.453_152_027) * t) + 1.421_413_741) * t - 0.284_496_736) * t
    + 0.254_829_592
  let tail = 0.5 * polynomial * t * exponential(-x * x)
  return z < 0 ? tail : 1 - tail
}

/// The value below which `share` of a normal distribution lies, by bisection.
func normalQuantile(_ share: Double) -> Double {
  precondition(share > 0 && share < 1, "a share lies between 0 and 1")
  var low = -6.0
  var high = 6.0
  for _ in 0..<50 {
    let middle = (low + high) / 2
    if normalShare(below: middle) < share { low = middle } else { high = middle }
  }
  return (low + high) / 2
}
