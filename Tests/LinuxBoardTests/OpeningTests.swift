// Decides: how a board is taken over and what refuses it.
// Leaves to others: a kernel's own refusals (the hardware-in-loop bench).

import BoardFaults
@testable import BoardSupport
@testable import LinuxBoard
import StimulationCore
import Testing

@Suite("Opening a real board") struct OpeningTests {
  /// Opens the sample board and answers the refusal.
  private func refusal(
    _ tree: DeviceTree, definition: BoardDefinition = SampleDefinition.make()
  ) -> LinuxBoardError? {
    do {
      _ = try LinuxBoard(definition, roots: tree.roots)
      return nil
    } catch { return error }
  }

  @Test(
    "A PWM is driven low and stopped, then set up and enabled last, every value read back",
    arguments: [("normal", 0), ("inversed", 20_000)])
  func order(polarity: String, low: Int) throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(
      3, device: "bench-pwm", channels: 1, enabled: true, period: 20_000, activeTime: 7_000,
      polarity: polarity)
    var channel = try PWMChannel(
      SampleDefinition.output(0), period: Nanoseconds(100_000), in: tree.roots.pwm)
    try channel.enable()
    #expect(
      NotedWrite.all().map(\.description) == [
        "pwm0/duty_cycle=\(low)", "pwm0/enable=0", "pwm0/duty_cycle=0", "pwm0/period=100000",
        "pwm0/duty_cycle=0", "pwm0/enable=1",
      ])
    #expect(tree.pwm("polarity", chip: 3) == "normal")
    #expect(tree.pwm("period", chip: 3) == "100000")
    #expect(tree.pwm("enable", chip: 3) == "1")
  }

  @Test("A PWM without a period gets it first: the kernel refuses anything else before")
  func fresh() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(0, device: "bench-pwm", channels: 1)
    var channel = try PWMChannel(
      SampleDefinition.output(0), period: Nanoseconds(100_000), in: tree.roots.pwm)
    try channel.enable()
    #expect(
      NotedWrite.all().map(\.description) == [
        "pwm0/period=100000", "pwm0/duty_cycle=0", "pwm0/enable=1",
      ])
    #expect(channel.leftover == nil)
  }

  @Test("SR-03: a PWM left running is driven to zero and reported with what it was doing")
  func leftover() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(
      0, device: "bench-pwm", channels: 4, enabled: true, period: 20_000, activeTime: 7_000)
    try tree.addConverter(0, name: "bench-adc", channels: 11)
    let board = try LinuxBoard(SampleDefinition.make(), roots: tree.roots)
    #expect(board.leftovers.count == 4)
    #expect(
      board.leftovers[0].description
        == "PWM channel 0 of bench-pwm was left running (7000 of 20000 ns active); "
        + "it was driven to zero, stopped and read back")
    for channel in 0..<4 { #expect(tree.pwm("duty_cycle", channel: channel) == "0") }
    // Amplitudes run at zero, gates stand.
    #expect([0, 1, 2, 3].map { tree.pwm("enable", channel: $0) } == ["1", "0", "1", "0"])
  }

  @Test("SR-03: one that was left running inversed is low all the time as it is stopped")
  func inversedLeftover() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(
      0, device: "bench-pwm", channels: 1, enabled: true, period: 20_000, activeTime: 7_000,
      polarity: "inversed")
    let found = try PWMChannel.still(SampleDefinition.output(0), in: tree.roots.pwm)
    #expect(found?.activeTime == 7_000)
    // Its files are closed again, so that what was written is known by its order.
    #expect(NotedWrite.all().map(\.description) == ["?=20000", "?=0"])
    #expect(tree.pwm("duty_cycle") == "20000" && tree.pwm("enable") == "0")
  }

  @Test("SR-21: a board whose conversions take longer than half a turn is refused")
  func slowConversions() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try Bench.plainTree()
    do {
      _ = try LinuxBoard(
        SampleDefinition.make(), roots: tree.roots, longestConversions: Nanoseconds(1))
      Issue.record("opened")
    } catch {
      guard case .conversionsSlow(let time, limit: Nanoseconds(1)) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(time > Nanoseconds(1) && error.description.contains("a faster bus"))
    }
    #expect(nmes_test_outputs() == 0)
    #expect(LinuxBoard.longestConversions == .microseconds(500))
  }

  @Test("A PWM that was not running is no leftover")
  func noLeftover() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try Bench.plainTree()
    let board = try LinuxBoard(SampleDefinition.make(), roots: tree.roots)
    #expect(board.leftovers.isEmpty)
    #expect(nmes_test_outputs() == 0)
  }

  @Test("SR-03: what was left running is stopped and named although the board is refused")
  func leftoverOfRefused() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(
      0, device: "bench-pwm", channels: 4, enabled: true, period: 20_000, activeTime: 7_000)
    // No converter: the first channel already refuses.
    guard case .afterLeftovers(let found, .noConverter)? = refusal(tree) else {
      Issue.record("\(String(describing: refusal(tree)))")
      return
    }
    #expect(found.map(\.place.channel).sorted() == [0, 1, 2, 3])
    for channel in 0..<4 {
      #expect(tree.pwm("duty_cycle", channel: channel) == "0")
      #expect(tree.pwm("enable", channel: channel) == "0")
    }
    #expect(refusal(tree)?.description.contains("left running") == false, "told once")
  }

  @Test("SR-03: a leftover that cannot be stopped does not keep the others from being stopped")
  func oneStubbornLeftover() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(
      0, device: "bench-pwm", channels: 4, enabled: true, period: 20_000, activeTime: 7_000)
    try tree.addConverter(0, name: "bench-adc", channels: 11)
    nmes_test_fail_write(1, 5)
    let text = refusal(tree)?.description ?? ""
    #expect(text.contains("duty_cycle of PWM channel 0 of bench-pwm cannot be read or written"))
    #expect((1..<4).allSatisfy { tree.pwm("enable", channel: $0) == "0" }, "\(text)")
    #expect(text.contains("PWM channel 3 of bench-pwm was left running"))
  }

  @Test("SR-03: a leftover that cannot be driven to zero refuses the board")
  func stubbornLeftover() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(
      0, device: "bench-pwm", channels: 4, enabled: true, period: 20_000, activeTime: 7_000)
    try tree.addConverter(0, name: "bench-adc", channels: 11)
    nmes_test_fail_write(1, 5)
    #expect(
      refusal(tree)?.description.hasPrefix(
        "duty_cycle of PWM channel 0 of bench-pwm cannot be read or written: "
          + "Input/output error (error 5)") == true)
  }

  @Test("A period that the driver refuses is named with its length and the error")
  func period() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try Bench.plainTree()
    nmes_test_fail_write(1, 22)
    let text = try #require(refusal(tree)?.description)
    #expect(text.contains("PWM channel 0 of bench-pwm refuses the period 100 µs (100000 ns)"))
    #expect(text.contains("Invalid argument (error 22)"))
    #expect(text.contains("give a period that its driver can make"))
  }

  @Test("A channel that another one's period keeps from starting says so")
  func sharedPeriod() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try Bench.plainTree()
    // The amplitude's period and active time, the gate's, then the amplitude's enable.
    nmes_test_fail_write(5, 16)
    let text = try #require(refusal(tree)?.description)
    #expect(text.contains("enable of PWM channel 0 of bench-pwm cannot be read or written"))
    #expect(text.contains("another channel of the chip runs with another period: stop it"))
  }

  @Test(
    "SR-29: a converter that the kernel says is slower than declared is refused with both times",
    arguments: [
      "in_voltage0_sampling_frequency", "in_voltage_sampling_frequency",
      "sampling_frequency",
    ])
  func slowConverter(file: String) throws {
    for (rate, isSlow) in [("128", true), ("999.999999999", true), ("1000", false), ("0", false)] {
      let tree = try Bench.plainTree()
      try tree.write(rate, to: "iio/iio:device0/\(file)")
      var refusal: LinuxBoardError?
      do throws(LinuxBoardError) {
        _ = try Converter(
          SampleDefinition.current(0, updateInterval: .milliseconds(1)), in: tree.roots.converters)
      } catch { refusal = error }
      #expect((refusal != nil) == isSlow, "\(rate)")
      guard rate == "128" else { continue }
      #expect(
        refusal?.description
          == "channel 0 of converter \(SampleDefinition.converter) converts every 7.8125 ms, and "
          + "the board definition says 1 ms; set its sampling_frequency higher, or declare the "
          + "interval that it has")
    }
  }

  @Test("A missing chip lists the chips that are there")
  func missingChip() throws {
    nmes_test_begin()
    nmes_test_end()
    let tree = try Bench.plainTree()
    let text = try #require(
      refusal(tree, definition: SampleDefinition.make(chip: "pinctrl-bcm2711"))?.description)
    #expect(
      text == "no GPIO chip is labelled pinctrl-bcm2711; there are no GPIO chips; "
        + "load the chip's overlay or driver, or correct the board definition")
  }

  @Test("What is named like a chip and is none is told, and is not taken for one")
  func falseChip() throws {
    nmes_test_end()
    let tree = try Bench.plainTree()
    try tree.write("", to: "dev/gpiochip0")
    let text = try #require(refusal(tree)?.description)
    #expect(text.contains("no GPIO chip is labelled test-chip; GPIO chips present: gpiochip0 ("))
  }

  @Test("A missing PWM chip lists those that are there, by device")
  func missingPWM() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(0, device: "fe20c000.pwm", channels: 2)
    let text = try #require(refusal(tree)?.description)
    #expect(text.contains("no PWM chip is at a device path that ends with bench-pwm"))
    #expect(text.contains("PWM chips present: "))
    #expect(text.contains("/devices/platform/fe20c000.pwm;"))
  }

  @Test("A device path matches whole names only, and two matches are refused")
  func devicePaths() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(0, device: "a/other-bench-pwm", channels: 2)
    guard case .noPWMChip = refusal(tree) else {
      Issue.record("a part of a name matched")
      return
    }
    try tree.addPWMChip(1, device: "b/bench-pwm", channels: 2)
    try tree.addPWMChip(2, device: "c/bench-pwm", channels: 2)
    guard case .pwmChipTwice("bench-pwm", let found) = refusal(tree) else {
      Issue.record("two chips with one path were not refused")
      return
    }
    #expect(found.count == 2)
  }

  @Test("A channel beyond the PWM chip's is refused with their number")
  func missingChannel() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(0, device: "bench-pwm", channels: 1)
    #expect(
      refusal(tree) == .noPWMChannel(PWMPlace(device: "bench-pwm", channel: 1), count: 1))
  }

  @Test("A missing converter lists those that are there")
  func missingConverter() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(0, device: "bench-pwm", channels: 4)
    try tree.addConverter(0, name: "ads1015", channels: 2)
    #expect(refusal(tree) == .noConverter("bench-adc", present: ["ads1015"]))
    try tree.addConverter(1, name: "bench-adc", channels: 1)
    #expect(
      refusal(tree)
        == .noConverterChannel(
          ConverterPlace(device: "bench-adc", channel: 2), present: ["in_voltage0_raw"]))
    try tree.addConverter(2, name: "bench-adc", channels: 11)
    #expect(refusal(tree) == .converterTwice("bench-adc"))
  }

  @Test("A kernel's scale that is no decimal number is refused with its text")
  func badScale() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try DeviceTree()
    try tree.addPWMChip(0, device: "bench-pwm", channels: 4)
    try tree.addConverter(0, name: "bench-adc", channels: 11, scale: "nan")
    guard case .converterFigure(_, "in_voltage_scale", "nan") = refusal(tree) else {
      Issue.record("a scale of nan was not refused")
      return
    }
  }

  @Test("A calibration that no active time can tell apart is refused with both")
  func coarse() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try Bench.plainTree()
    let curve = SampleDefinition.curve(25, step: 25, longest: 3_000)
    let definition = SampleDefinition.make(curves: [curve, curve])
    guard case .calibrationTooCoarse = refusal(tree, definition: definition) else {
      Issue.record("a calibration with one active time for two amplitudes was not refused")
      return
    }
    let long = SampleDefinition.curve(25, step: 25, longest: 100_001)
    guard
      case .calibrationBeyondPeriod = refusal(
        tree, definition: SampleDefinition.make(curves: [long, long]))
    else {
      Issue.record("an active time beyond the period was not refused")
      return
    }
  }

  @Test("Output lines that do not read back refuse the board and are named")
  func readBack() throws {
    nmes_test_begin()
    defer { nmes_test_end() }
    let tree = try Bench.plainTree()
    nmes_test_stick_high(16 + 1)
    #expect(refusal(tree) == .linesReadBack(["positive-0", "coil"], chip: "test-chip"))
  }
}
