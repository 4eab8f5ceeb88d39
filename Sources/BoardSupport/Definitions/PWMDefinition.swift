// Decides: what a board definition says of PWM outputs.
// Leaves to others: finding and writing them (LinuxBoard).

public import StimulationCore

/// One output of a PWM chip, of normal polarity: a chip that is stopped leaves it low. The chip is
/// found by its device, never by `pwmchip` number.
public struct PWMOutput: Sendable, Equatable {
  /// The last components of the device's path in sysfs, such as `fe20c000.pwm`.
  public let device: String
  /// The output of that chip, from 0.
  public let index: Int
  /// The smallest step of active time that the chip makes.
  public let granularity: Nanoseconds
}

/// The PWM that sets a channel's amplitude behind a low-pass filter.
public struct AmplitudePWM: Sendable, Equatable {
  /// The output.
  public let output: PWMOutput
  /// The fixed period.
  public let period: Nanoseconds
}
