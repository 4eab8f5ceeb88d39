// Decides: that a change of amplitude is told as what it is.
// Leaves to others: the change.

import ControlAPI
import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Amplitude in words") struct AmplitudeWordsTests {
  private func channels(_ setpoints: Microamperes...) -> [ConsoleStatus.Channel] {
    setpoints.enumerated().map { index, setpoint in
      var channel = ConsoleStatus.Channel(channel: index + 1, ceiling: .milliamperes(60))
      channel.setpoint = setpoint
      return channel
    }
  }

  @Test("A target is climbed or fallen to, or changes nothing, for each channel")
  func targets() {
    let before = channels(.milliamperes(20), .milliamperes(5), .zero)
    #expect(
      AmplitudeWords.target(.milliamperes(5), channel: nil, from: before)
        == "ch1 falls to 5 mA, ch2 stays at 5 mA, ch3 climbs to 5 mA")
    #expect(
      AmplitudeWords.target(.milliamperes(5), channel: 1, from: before) == "ch1 falls to 5 mA")
    #expect(AmplitudeWords.target(.milliamperes(5), channel: 2, from: []) == "ch2 5 mA")
  }

  @Test("An example of an amplitude lies within the ceiling")
  func examples() {
    #expect(AmplitudeWords.example(within: nil) == .milliamperes(10))
    #expect(AmplitudeWords.example(within: .milliamperes(55)) == .milliamperes(10))
    #expect(AmplitudeWords.example(within: .milliamperes(5)) == .milliamperes(5))
  }

  @Test("What is set at once names channel and figure, as a step does")
  func sets() {
    let before = channels(.milliamperes(20), .zero)
    #expect(
      AmplitudeWords.plain(.milliamperes(19), channel: nil, of: before) == "ch1 19 mA, ch2 19 mA")
    #expect(AmplitudeWords.plain(.milliamperes(19), channel: 2, of: before) == "ch2 19 mA")
    let set = [
      AmplitudeStepRequest.Setpoint(channel: 1, setpoint_uA: 19_000),
      AmplitudeStepRequest.Setpoint(channel: 2, setpoint_uA: 0),
    ]
    #expect(AmplitudeWords.step(.down, set, from: before) == "ch1 19 mA, ch2 stays at 0 mA")
    #expect(AmplitudeWords.step(.up, [set[0]], from: before) == "ch1 19 mA")
  }
}
