// Decides: how a PWM chip is found by the end of its device's path, never by its number.
// Leaves to others: its channels (PWMChannel).

/// The machine's PWM chips.
public enum PWMFinder {
  /// The devices of all PWM chips, as paths.
  public static func devices(
    in root: String = DeviceRoots.system.pwm
  ) throws(LinuxBoardError) -> [String] {
    try chips(in: root).map(\.device)
  }

  /// The chip whose device path ends with `suffix`, as the path of its folder.
  static func chip(_ suffix: String, in root: String) throws(LinuxBoardError) -> String {
    let all = try chips(in: root)
    let found = all.filter { $0.device == suffix || $0.device.hasSuffix("/" + suffix) }
    guard let chip = found.first else {
      throw .noPWMChip(suffix, present: all.map(\.device))
    }
    if found.count > 1 { throw .pwmChipTwice(suffix, found: found.map(\.device)) }
    return chip.folder
  }

  /// Every chip: its folder and its device.
  static func chips(
    in root: String
  ) throws(LinuxBoardError) -> [(folder: String, device: String)] {
    let names: [String]
    do { names = try FileTree.names(in: root) } catch { throw .folder(root, error) }
    var chips: [(folder: String, device: String)] = []
    for name in names where name.hasPrefix("pwmchip") {
      let folder = "\(root)/\(name)"
      do {
        chips.append((folder, device(of: try FileTree.resolved(folder), name)))
      } catch { throw .folder(folder, error) }
    }
    return chips
  }

  /// `/sys/devices/…/fe20c000.pwm/pwm/pwmchip0` is the chip of `…/fe20c000.pwm`.
  private static func device(of path: String, _ name: String) -> String {
    let end = "/pwm/\(name)"
    return path.hasSuffix(end) ? String(path.dropLast(end.count)) : path
  }
}
