// Decides: how a refusal to open a board reads: what, where, and what to do about it.
// Leaves to others: the reasons (LinuxBoardError).

extension LinuxBoardError: CustomStringConvertible {
  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .afterLeftovers(let leftovers, let reason):
      return ([reason.description] + leftovers.map(\.description)).joined(separator: "; ")
    case .noChip, .chipTwice, .chipDenied, .noLine, .lineTwice, .lineBusy, .linesRefused,
      .lineNotAdded, .linesReadBack:
      return lineText
    case .noPWMChip, .pwmChipTwice, .noPWMChannel, .pwmNotTaken, .pwmPeriod, .pwmValue,
      .pwmReadBack:
      return pwmText
    case .noConverter, .converterTwice, .noConverterChannel, .converterFile, .converterFigure,
      .converterScaling, .converterSlow, .conversionsSlow:
      return converterText
    case .calibrationTooCoarse, .calibrationTooShort, .calibrationBeyondPeriod:
      return calibrationText
    case .wait(let failure): return "the board's lines cannot be waited for: \(failure)"
    case .folder(let path, let failure):
      return "\(path) cannot be read: \(failure)\(rights(failure))"
    case .noMemory: return "there is no memory left to open the board"
    }
  }

  private var lineText: String {
    switch self {
    case .noChip(let label, let present):
      return "no GPIO chip is labelled \(label); \(list(present, of: "GPIO chips")); "
        + "load the chip's overlay or driver, or correct the board definition"
    case .chipTwice(let label):
      return "two GPIO chips are labelled \(label); give one of them another label"
    case .chipDenied(let label, let folder, let failure):
      return "no GPIO chip labelled \(label) may be opened in \(folder): \(failure)"
        + rights(failure)
    case .noLine(let line, let chip):
      return "GPIO chip \(chip) has no line named \(line); "
        + "load the board's overlay, which names the lines, or correct the board definition"
    case .lineTwice(let line, let chip):
      return "GPIO chip \(chip) has two lines named \(line); correct the overlay"
    case .lineBusy(let line, let chip, let consumer):
      let holder = consumer.isEmpty ? "somebody who gives no name" : consumer
      return "line \(line) of GPIO chip \(chip) is held by \(holder); "
        + "end that process or unload that driver, then try again"
    case .linesRefused(let line, let chip, let failure):
      let which = line.map { "line \($0)" } ?? "the lines"
      return "GPIO chip \(chip) refuses \(which): \(failure)\(rights(failure))"
    case .lineNotAdded(let line, let failure):
      return "line \(line) cannot be added to the request: \(failure); "
        + "name each line once, and at most 64 of them"
    case .linesReadBack(let lines, let chip):
      return "GPIO chip \(chip) does not drive \(lines.joined(separator: ", ")) as it was told; "
        + "look for a short or for another driver of the same pins"
    default: preconditionFailure("a text for lines")
    }
  }

  private var pwmText: String {
    switch self {
    case .noPWMChip(let device, let present):
      return "no PWM chip is at a device path that ends with \(device); "
        + "\(list(present, of: "PWM chips")); "
        + "load the PWM overlay or correct the board definition"
    case .pwmChipTwice(let device, let found):
      return "several PWM chips are at a device path that ends with \(device): "
        + "\(found.joined(separator: ", ")); write more of the path into the board definition"
    case .noPWMChannel(let place, let count):
      return "there is no \(place): it has \(count), counted from 0; "
        + "correct the board definition"
    case .pwmNotTaken(let place, let failure):
      let holder = failure.number == SystemFailure.busy ? "; a driver holds it: unload it" : ""
      return "\(place) cannot be taken: \(failure)\(holder)\(rights(failure))"
    case .pwmPeriod(let place, let period, let failure):
      return "\(place) refuses the period \(period) (\(period.rawValue) ns): \(failure); "
        + "give a period that its driver can make, and on a chip with one period for all "
        + "channels the same one everywhere"
    case .pwmValue(let place, let value, let failure):
      let isShared = value == .enable && failure.number == SystemFailure.busy
      let other = isShared ? "; another channel of the chip runs with another period: stop it" : ""
      return "\(value.rawValue) of \(place) cannot be read or written: "
        + "\(failure)\(other)\(rights(failure))"
    case .pwmReadBack(let place, let value, let wrote, let read):
      return "\(value.rawValue) of \(place) was written as \(wrote) and reads \(read); "
        + "something else drives it, or the driver cannot do it"
    default: preconditionFailure("a text for PWM")
    }
  }

  private var converterText: String {
    switch self {
    case .noConverter(let name, let present):
      return "no converter is named \(name); \(list(present, of: "converters")); "
        + "load its overlay or driver, check its wiring, or correct the board definition"
    case .converterTwice(let name):
      return "two converters are named \(name); give one of them a label and name that"
    case .noConverterChannel(let place, let present):
      return "there is no \(place); \(list(present, of: "channels")); correct the board definition"
    case .converterFile(let place, let file, let failure):
      return "\(file) of \(place) cannot be read: \(failure)\(rights(failure))"
    case .converterFigure(let place, let file, let text):
      return "\(file) of \(place) reads \"\(text)\", which is no decimal number of at most "
        + "9 places; give the converter a calibration in the board definition"
    case .converterSlow(let place, let interval, let declared):
      return "\(place) converts every \(interval), and the board definition says \(declared); "
        + "set its sampling_frequency higher, or declare the interval that it has"
    case .conversionsSlow(let time, let limit):
      return "the conversions of a turn take \(time) together, and may take \(limit), so that a "
        + "fault is answered within 1 ms; give the converter a faster bus, or the board fewer "
        + "channels"
    case .converterScaling(let place):
      return "the scaling of \(place) goes beyond what can be counted; correct its calibration"
    default: preconditionFailure("a text for converters")
    }
  }

  private var calibrationText: String {
    switch self {
    case .calibrationTooShort(let place, let end):
      return "\(place) ends at \(end), below the range's maximum; calibrate again over the range"
    case .calibrationTooCoarse(let place, let amplitude, let time, let read):
      return "\(place) gives \(amplitude) the active time \(time), which reads back as \(read); "
        + "declare larger steps or a longer PWM period"
    case .calibrationBeyondPeriod(let place, let amplitude, let time, let period):
      return "\(place) gives \(amplitude) an active time of \(time), beyond the PWM period "
        + "\(period); calibrate again with this period"
    default: preconditionFailure("a text for calibrations")
    }
  }

  private func list(_ names: [String], of what: String) -> String {
    names.isEmpty ? "there are no \(what)" : "\(what) present: \(names.joined(separator: ", "))"
  }

  private func rights(_ failure: SystemFailure) -> String {
    failure.isDenied
      ? "; ask as the user that the board is given to, as sudo -u nmes, or see to the udev rules "
        + "(Hardware/Host/README.md)" : ""
  }
}
