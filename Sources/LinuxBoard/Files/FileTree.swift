// Decides: how device folders are listed and links followed.
// Leaves to others: what is looked for in them (PWMFinder, ConverterFinder).

import CLinuxBoard

/// Where the kernel shows devices; a test gives folders of its own.
public struct DeviceRoots: Sendable {
  /// The folder of device nodes.
  public var devices: String
  /// The folder of PWM chips.
  public var pwm: String
  /// The folder of converters.
  public var converters: String
  /// The file that reads 1 where interrupts are handled by threads (PREEMPT_RT).
  public var realTime: String

  /// The places of this machine.
  public static let system = DeviceRoots(
    devices: "/dev", pwm: "/sys/class/pwm", converters: "/sys/bus/iio/devices")

  /// Places of one's own.
  public init(
    devices: String, pwm: String, converters: String, realTime: String = "/sys/kernel/realtime"
  ) {
    self.devices = devices
    self.pwm = pwm
    self.converters = converters
    self.realTime = realTime
  }
}

/// Reading folders.
enum FileTree {
  /// The names in a folder, sorted; none when there is no such folder.
  static func names(in path: String) throws(SystemFailure) -> [String] {
    var error: Int32 = 0
    // SAFETY: the path ends with a zero; the error's place exists.
    guard let folder = unsafe nmes_folder_open(path, &error) else {
      if error == SystemFailure.noEntry { return [] }
      throw SystemFailure(number: error)
    }
    // SAFETY: the folder was opened above and is closed once.
    defer { unsafe nmes_folder_close(folder) }
    var found: [String] = []
    var name = [CChar](repeating: 0, count: 256)
    while true {
      // SAFETY: the call writes at most the count it is given, and ends the text.
      let answer = unsafe nmes_folder_next(folder, &name, name.count)
      if answer < 0 { throw SystemFailure(answer: answer) }
      if answer == 0 { return found.sorted() }
      found.append(LinuxText.text(name))
    }
  }

  /// Where a path leads after every link.
  static func resolved(_ path: String) throws(SystemFailure) -> String {
    var text = [CChar](repeating: 0, count: 1_024)
    // SAFETY: the call writes at most the count it is given, and ends the text.
    let answer = unsafe nmes_path_resolve(path, &text, text.count)
    if answer < 0 { throw SystemFailure(answer: answer) }
    return LinuxText.text(text)
  }

  /// Whether the path exists.
  static func exists(_ path: String) -> Bool {
    // SAFETY: the path is a string that ends with a zero for the time of the call.
    unsafe nmes_path_exists(path) != 0
  }

  /// The first line of a file.
  static func text(_ path: String) throws(SystemFailure) -> String {
    let file = try Attribute(path, .read)
    return try file.text()
  }
}
