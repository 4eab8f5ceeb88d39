// Decides: what a test's folders show in place of the kernel's.
// Leaves to others: lines, which live in memory (BoardFaults).

import Foundation
import LinuxBoard

/// Folders with PWM chips and converters, in the form that sysfs gives them, for one test.
final class DeviceTree {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmes-devices-\(UUID().uuidString)")
    for name in ["dev", "pwm", "iio", "devices"] {
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var roots: DeviceRoots {
    DeviceRoots(devices: path("dev"), pwm: path("pwm"), converters: path("iio"))
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// The first line of a file, or nothing.
  func text(_ name: String) -> String {
    let data = FileManager.default.contents(atPath: path(name)) ?? Data()
    return String(String(decoding: data, as: UTF8.self).prefix { $0 != "\n" })
  }

  /// A file's bytes.
  func bytes(_ name: String) -> [UInt8] {
    Array(FileManager.default.contents(atPath: path(name)) ?? Data()).filter { $0 != 10 }
  }

  func write(_ text: String, to name: String) throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("\(text)\n".utf8).write(to: url)
  }

  /// A PWM chip at a device; its channels as an earlier process left them.
  func addPWMChip(
    _ number: Int, device: String, channels: Int, enabled: Bool = false, period: Int = 0,
    activeTime: Int = 0, polarity: String = "normal"
  ) throws {
    let chip = "devices/platform/\(device)/pwm/pwmchip\(number)"
    try write("\(channels)", to: "\(chip)/npwm")
    try write("", to: "\(chip)/export")
    for channel in 0..<channels {
      try write("\(period)", to: "\(chip)/pwm\(channel)/period")
      try write("\(activeTime)", to: "\(chip)/pwm\(channel)/duty_cycle")
      try write(enabled ? "1" : "0", to: "\(chip)/pwm\(channel)/enable")
      try write(polarity, to: "\(chip)/pwm\(channel)/polarity")
    }
    try FileManager.default.createSymbolicLink(
      atPath: path("pwm/pwmchip\(number)"), withDestinationPath: path(chip))
  }

  /// A file of a PWM channel.
  func pwm(_ name: String, channel: Int = 0, chip: Int = 0) -> String {
    text("pwm/pwmchip\(chip)/pwm\(channel)/\(name)")
  }

  /// A converter whose channels all show `code`.
  func addConverter(
    _ number: Int, name: String, channels: Int, code: Int = 2_048, scale: String? = "0.5",
    offset: String? = nil
  ) throws {
    let device = "iio/iio:device\(number)"
    try write(name, to: "\(device)/name")
    for channel in 0..<channels { try write("\(code)", to: "\(device)/in_voltage\(channel)_raw") }
    if let scale { try write(scale, to: "\(device)/in_voltage_scale") }
    if let offset { try write(offset, to: "\(device)/in_voltage_offset") }
  }

  /// Another program changes a file of a PWM channel.
  func setPWM(_ name: String, _ text: String, channel: Int) throws {
    try write(text, to: "pwm/pwmchip0/pwm\(channel)/\(name)", inPlace: true)
  }

  func setCode(_ code: String, channel: Int, converter: Int = 0) throws {
    try write(code, to: "iio/iio:device\(converter)/in_voltage\(channel)_raw", inPlace: true)
  }

  /// Replaces what a file holds and leaves open descriptors on it.
  private func write(_ text: String, to name: String, inPlace: Bool) throws {
    let handle = try FileHandle(forWritingTo: folder.appendingPathComponent(name))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data("\(text)\n".utf8))
    try handle.close()
  }
}
