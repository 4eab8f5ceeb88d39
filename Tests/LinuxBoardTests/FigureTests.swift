// Decides: that figures and texts are exact.
// Leaves to others: where they come from.

import CLinuxBoard
@testable import LinuxBoard
import StimulationCore
import Testing

@Suite("Figures of a real board") struct FigureTests {
  @Test(
    "The kernel's decimal figures are read exactly",
    arguments: [
      ("0.805664062", 805_664_062), ("3300", 3_300_000_000_000), ("-0.5", -500_000_000),
      ("0.000000001", 1), ("-2048", -2_048_000_000_000), ("0", 0),
    ] as [(String, Int64)])
  func decimals(_ text: String, _ billionths: Int64) {
    #expect(DecimalFraction.billionths(text) == billionths)
  }

  @Test(
    "What is no decimal figure is none",
    arguments: [
      "", "-", ".5", "1.", "1e-3", "+1", "0x10", "1.2.3", "nan", "0.1234567890", "1 ", "٣",
      "9999999999999",
    ])
  func noDecimals(_ text: String) { #expect(DecimalFraction.billionths(text) == nil) }

  @Test(
    "A number written to a file is read back, whatever stood there",
    arguments: [0, 7, -1, 1_000_000_000, .max, .min] as [Int64])
  func numbers(_ value: Int64) throws {
    let tree = try DeviceTree()
    try tree.write("123456789012345678901234567890", to: "number")
    let file = try Attribute(tree.path("number"), .both)
    try file.set(value)
    #expect(try file.number() == value)
    #expect(tree.text("number") == "\(value)")
  }

  @Test(
    "What is no number in a file is an error",
    arguments: ["", "-", "x", "1 2", "12.5", "9223372036854775808", "-9223372036854775809"])
  func noNumbers(_ text: String) throws {
    let tree = try DeviceTree()
    try tree.write(text, to: "number")
    let file = try Attribute(tree.path("number"), .read)
    var value: Int64 = 42
    #expect(file.read(into: &value) < 0)
    #expect(value == 42)
  }

  @Test("Missing rights say which group to join")
  func rights() {
    let text = LinuxBoardError.chipDenied("c", folder: "/dev", SystemFailure(number: 13))
      .description
    #expect(text.contains("Permission denied (error 13)"))
    #expect(text.contains("sudo -u nmes"))
    let other = LinuxBoardError.linesRefused("a", chip: "c", SystemFailure(number: 5)).description
    #expect(!other.contains("sudo -u nmes"))
  }

  @Test("A busy line names its consumer")
  func busy() {
    #expect(
      LinuxBoardError.lineBusy("GPIO17", chip: "pinctrl-bcm2711", consumer: "spi0 CS0").description
        == "line GPIO17 of GPIO chip pinctrl-bcm2711 is held by spi0 CS0; "
        + "end that process or unload that driver, then try again")
  }

  @Test("The latency that is asked for is written as the kernel takes it")
  func latency() throws {
    let tree = try DeviceTree()
    try tree.write("", to: "latency")
    let hold = try LatencyHold(microseconds: 258, path: tree.path("latency"))
    #expect(tree.bytes("latency") == [2, 1, 0, 0])
    _ = consume hold
    #expect(throws: SystemFailure(number: 2)) {
      _ = try LatencyHold(path: tree.path("nothing"))
    }
  }

  @Test("A processor that there is not is refused")
  func processor() {
    #expect(throws: SystemFailure(number: 22)) {
      try LatencyHold.keepThread(onProcessor: -1)
    }
  }
}
