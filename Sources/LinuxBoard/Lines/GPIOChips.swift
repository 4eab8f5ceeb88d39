// Decides: which GPIO chips are told to people.
// Leaves to others: asking for one of them (HeldLines).

import CLinuxBoard

/// The machine's GPIO chips.
public enum GPIOChips {
  /// The labels of the chips in a device folder; a chip that may not be opened says so.
  public static func labels(in devices: String = DeviceRoots.system.devices) -> [String] {
    var labels: [String] = []
    for number in 0..<UInt32(NMES_CHIPS_MOST) {
      var label = [CChar](repeating: 0, count: Int(NMES_NAME_SIZE))
      // SAFETY: the call writes at most the count it is given, and ends the text.
      let answer = unsafe nmes_chip_label(devices, number, &label, label.count)
      if answer == -SystemFailure.noEntry { continue }
      if answer < 0 {
        labels.append("gpiochip\(number) (\(SystemFailure(answer: answer)))")
      } else {
        labels.append(LinuxText.text(label))
      }
    }
    return labels
  }
}
