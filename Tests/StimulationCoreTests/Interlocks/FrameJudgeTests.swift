// Decides: that the judge of the random sessions sees each thing that it exists to see.
// Leaves to others: the sessions (RandomSessionTests).

import StimulationCore
import Testing

@Suite struct FrameJudgeTests {
  private let rest = OutputFrame.inactive(heartbeat: false, rangeMaximum: .milliamperes(80))

  private func frame(
    _ phase: PhaseOutput, _ amplitude: Microamperes, coil: Bool = true, heartbeat: Bool = false
  ) -> OutputFrame {
    var frame = rest
    frame.relayCoil = coil
    frame.heartbeat = heartbeat
    frame.channels[0].phase = phase
    frame.channels[0].amplitude = amplitude
    return frame
  }

  private func complaints(
    _ frames: [(OutputFrame, StateCode)], trips: FaultSet = FaultSet()
  ) -> Int {
    var judge = FrameJudge(ceiling: 30_000, deadTime: 100_000, count: 1)
    for (index, (frame, code)) in frames.enumerated() {
      judge.judge(frame, at: Int64(index) * 99_999, code: code, trips: trips)
    }
    return judge.complaints.count
  }

  @Test("The judge is content with a pulse that keeps to everything")
  func content() {
    let one = Microamperes(5_000)
    #expect(
      complaints([
        (rest, .armed), (frame(.positive, one), .running), (frame(.off, one), .running),
        (frame(.off, one), .running), (frame(.negative, one), .running), (rest, .stopping),
      ]) == 0)
  }

  @Test("The judge complains of each broken invariant")
  func broken() {
    let one = Microamperes(5_000)
    var cut = FaultSet()
    cut.insert(.emergencyStop)
    var patient = FaultSet()
    patient.insert(.leaseLost)
    #expect(complaints([(frame(.positive, one), .armed)]) > 0)
    #expect(complaints([(frame(.positive, one, coil: false), .running)]) > 0)
    #expect(complaints([(frame(.off, Microamperes(30_001)), .running)]) > 0)
    #expect(complaints([(frame(.off, Microamperes(1_001)), .selfCheck)]) > 0)
    #expect(complaints([(frame(.positive, Microamperes(5_001)), .running)]) > 0)
    #expect(complaints([(frame(.off, .zero), .faulted)]) > 0)
    #expect(complaints([(frame(.off, .zero, coil: false, heartbeat: true), .faulted)]) > 0)
    #expect(complaints([(frame(.positive, one), .running)], trips: cut) > 0)
    #expect(complaints([(frame(.positive, one), .running)], trips: patient) == 0)
    #expect(
      complaints([
        (frame(.positive, one), .running), (frame(.off, one), .running),
        (frame(.negative, one), .running),
      ]) > 0)
    #expect(
      complaints([(frame(.positive, one), .running), (frame(.negative, one), .running)]) > 0)
  }
}
