// Decides: that a fault's text is read exactly or refused with a reason.
// Leaves to others: the faults' effects (FaultEffectTests).

import StimulationCore
import Testing

@testable import SimulatedBoard

@Suite("A fault's text")
struct FaultSpecificationTests {
  @Test("Every name is read with its default size")
  func defaults() throws {
    let expected: [(String, InjectedFault.Kind)] = [
      ("lead-off", .leadOff(nil)), ("short", .short(Ohms(10))), ("stuck-relay", .stuckRelay),
      ("stuck-converter", .stuckConverter(nil)), ("noise", .noise(PartsPerMillion(300_000))),
      ("late-wakeup", .lateWakeup(.milliseconds(3))), ("lost-line", .lostLine),
      ("write-error", .writeError), ("log-stall", .logStall(nil)),
      ("emergency-stop", .emergencyStop), ("over-current", .overCurrent(nil)),
      ("high-voltage-lost", .highVoltageLost),
    ]
    #expect(expected.map(\.0).sorted() == FaultName.allCases.map(\.rawValue).sorted())
    for (name, kind) in expected {
      let fault = try InjectedFault.parse("\(name)@20s")
      #expect(fault == InjectedFault(kind, at: .seconds(20)))
    }
  }

  @Test(
    "Times are read in every unit, with or without a space",
    arguments: [
      ("20s", 20_000_000_000), ("20 s", 20_000_000_000), ("1.5 s", 1_500_000_000),
      ("800ms", 800_000_000), ("0.25ms", 250_000), ("7 us", 7_000), ("7µs", 7_000), ("9ns", 9),
      ("0s", 0), ("2min", 120_000_000_000), ("24 h", 86_400_000_000_000),
    ] as [(String, Int64)])
  func times(text: String, expected: Int64) throws {
    #expect(try InjectedFault.parse("write-error@\(text)").at.rawValue == expected)
  }

  @Test("Sizes and channels are read")
  func sizes() throws {
    func parse(_ text: String) throws -> InjectedFault { try InjectedFault.parse(text) }
    #expect(try parse("late-wakeup=12ms@1s").kind == .lateWakeup(.milliseconds(12)))
    #expect(try parse("noise=50%:ch2@1s").kind == .noise(PartsPerMillion(500_000)))
    #expect(try parse("noise=50%:ch2@1s").channel == 1)
    #expect(try parse("lead-off=50 kohm:ch8@1 s").kind == .leadOff(Ohms(50_000)))
    #expect(try parse("lead-off=50 kohm:ch8@1 s").channel == 7)
    #expect(try parse("short=5Ω@1s").kind == .short(Ohms(5)))
    #expect(try parse("over-current=300 mA@1s").kind == .overCurrent(.milliamperes(300)))
    #expect(try parse("stuck-converter=-12@1s").kind == .stuckConverter(-12))
    #expect(try parse("log-stall=500ms@1s").kind == .logStall(.milliseconds(500)))
  }

  @Test(
    "What is not a fault is refused in one line that says why",
    arguments: [
      ("lead-off", "has no time"), ("lead-off@", "is not a time"), ("lead-off@20", "is not a time"),
      ("lead-off@-1s", "is not a time"), ("lead-off@1e3s", "is not a time"),
      ("lead-off@nans", "is not a time"), ("lead-off@infs", "is not a time"),
      ("lead-off@0.1ns", "is not a time"), ("lead-off@99999999999999999999s", "is not a time"),
      ("lead-off@25000000000s", "is not a time"), ("lead-off@24.1 h", "is not a time"),
      ("lead-off@01s", "is not a time"), ("lead-off@1.5.0s", "is not a time"),
      ("lead-off@1.s", "is not a time"), ("lead-off@.5s", "is not a time"),
      ("leadoff@1s", "there are: lead-off, short"), ("@1s", "there is no fault"),
      ("lead-off:ch0@1s", "ch1 to ch8"), ("lead-off:ch9@1s", "ch1 to ch8"),
      ("lead-off:ch10@1s", "ch1 to ch8"), ("lead-off:chA@1s", "ch1 to ch8"),
      ("lead-off:2@1s", "ch1 to ch8"), ("lead-off:@1s", "ch1 to ch8"),
      ("emergency-stop:ch1@1s", "leave out the channel"),
      ("write-error=3@1s", "takes no size"), ("noise=50@1s", "is no size"),
      ("noise=0%@1s", "is no size"), ("late-wakeup=3@1s", "is no size"),
      ("late-wakeup=0ms@1s", "is no size"), ("short=50kohm@1s", "is no size"),
      ("over-current=300@1s", "is no size"), ("stuck-converter=40000@1s", "is no size"),
    ])
  func refusals(text: String, reason: String) {
    do {
      let fault = try InjectedFault.parse(text)
      Issue.record("\(text) was read as \(fault)")
    } catch {
      #expect(error.description.contains(reason), "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test("A fault on a channel that the board lacks is refused")
  func missingChannel() {
    let fault = InjectedFault(.leadOff(nil), channel: 2, at: .zero)
    let configuration = SimulatedBoardConfiguration(
      channelCount: 2, electrodeArea: .squareCentimetres(25), faults: [fault])
    do {
      _ = try SimulatedBoard(configuration)
      Issue.record("a board with a fault on a missing channel was made")
    } catch {
      #expect(error == .noSuchChannel(channel: 2, channelCount: 2))
      #expect(error.description.contains("ch3"))
    }
  }
}
