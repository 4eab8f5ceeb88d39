// Decides: every reason for which a board cannot be opened.
// Leaves to others: the words (LinuxBoardErrorText) and finding them out (the openers).

public import StimulationCore

/// Why a board cannot be opened. Nothing of it is energised then.
public indirect enum LinuxBoardError: Error, Sendable, Equatable {
  /// Refused for another reason, after these had been found running and were driven to zero.
  case afterLeftovers([PWMLeftover], LinuxBoardError)

  // Lines.
  /// No GPIO chip has the label; these are there.
  case noChip(String, present: [String])
  /// Two GPIO chips have the label.
  case chipTwice(String)
  /// A chip may not be opened.
  case chipDenied(String, folder: String, SystemFailure)
  /// The chip has no line of that name.
  case noLine(String, chip: String)
  /// The chip has two lines of that name.
  case lineTwice(String, chip: String)
  /// Somebody else holds the line.
  case lineBusy(String, chip: String, consumer: String)
  /// The kernel refuses the line, or all of them.
  case linesRefused(String?, chip: String, SystemFailure)
  /// The definition names a line twice, or more lines than a request holds.
  case lineNotAdded(String, SystemFailure)
  /// Outputs do not read back as they were driven.
  case linesReadBack([String], chip: String)

  // PWM.
  /// No PWM chip has the device path; these are there.
  case noPWMChip(String, present: [String])
  /// Two PWM chips end with the device path.
  case pwmChipTwice(String, found: [String])
  /// The chip has fewer channels.
  case noPWMChannel(PWMPlace, count: Int64)
  /// The chip's channel cannot be taken.
  case pwmNotTaken(PWMPlace, SystemFailure)
  /// The driver refuses the period.
  case pwmPeriod(PWMPlace, Nanoseconds, SystemFailure)
  /// A value of the channel cannot be read or written.
  case pwmValue(PWMPlace, PWMValue, SystemFailure)
  /// A value was written and another is read back.
  case pwmReadBack(PWMPlace, PWMValue, wrote: String, read: String)

  // Converters.
  /// No converter has the name; these are there.
  case noConverter(String, present: [String])
  /// Two converters have the name.
  case converterTwice(String)
  /// The converter has no such channel; these are there.
  case noConverterChannel(ConverterPlace, present: [String])
  /// A file of the converter cannot be read.
  case converterFile(ConverterPlace, file: String, SystemFailure)
  /// A figure of the converter is none.
  case converterFigure(ConverterPlace, file: String, text: String)
  /// The kernel says that the converter takes longer for a conversion than the definition says.
  case converterSlow(ConverterPlace, Nanoseconds, declared: Nanoseconds)
  /// All conversions of a turn together take longer than they may.
  case conversionsSlow(Nanoseconds, limit: Nanoseconds)
  /// The scaling of the converter leaves 64 bits at the ends of its range.
  case converterScaling(ConverterPlace)

  // Calibration.
  /// An amplitude that the channel may be told is not read back from its active time.
  case calibrationTooCoarse(CalibrationPlace, Microamperes, Nanoseconds, readsAs: Microamperes)
  /// An active time is longer than the period.
  case calibrationBeyondPeriod(CalibrationPlace, Microamperes, Nanoseconds, period: Nanoseconds)
  /// The calibration ends below the range's maximum.
  case calibrationTooShort(CalibrationPlace, ends: Microamperes)

  // The whole.
  /// The descriptors to wait for cannot be had.
  case wait(SystemFailure)
  /// A folder cannot be read.
  case folder(String, SystemFailure)
  /// No memory.
  case noMemory
}

/// One PWM channel, for people.
public struct PWMPlace: Sendable, Equatable, CustomStringConvertible {
  /// The device as the definition names it.
  public let device: String
  /// The channel on the device.
  public let channel: Int

  /// For example `PWM channel 0 of fe20c000.pwm`.
  public var description: String { "PWM channel \(channel) of \(device)" }
}

/// What is set of a PWM channel.
public enum PWMValue: String, Sendable, Equatable {
  /// The period.
  case period
  /// The active time of each period.
  case activeTime = "duty_cycle"
  /// Which level is active.
  case polarity
  /// Whether it runs.
  case enable
}

/// One converter channel, for people.
public struct ConverterPlace: Sendable, Equatable, CustomStringConvertible {
  /// The device's name.
  public let device: String
  /// The channel on the device.
  public let channel: Int

  /// For example `channel 2 of converter ads1115`.
  public var description: String { "channel \(channel) of converter \(device)" }
}

/// One table of a calibration, for people.
public struct CalibrationPlace: Sendable, Equatable, CustomStringConvertible {
  /// The channel, from 0.
  public let channel: Int
  /// The range's maximum.
  public let range: Microamperes

  /// For example `the calibration of channel 1, range 25 mA`.
  public var description: String { "the calibration of channel \(channel + 1), range \(range)" }
}
