// Decides: whose session it is that leaving the console would stop.
// Leaves to others: the STOP itself (LeavingTests).

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Leading") struct LeadingTests {
  static func status(
    _ lease: ConsoleStatus.Lease, _ phase: ConsoleStatus.Phase = .open, session: Int64? = nil
  ) -> ConsoleStatus {
    var status = ConsoleStatus(board: "simulated", isSimulated: true)
    status.phase = phase
    status.lease = lease
    status.session = session
    status.state = phase == .open ? "running" : "faulted"
    return status
  }

  private let other = status(.other("nmes console (user 7)"))

  @Test("A console that never led has nothing to stop, whatever it asked")
  func onlooker() {
    var leading = Leading()
    leading.follow(other)
    leading.acted()
    #expect(!leading.mustStop)
    leading.follow(Self.status(.free))
    #expect(!leading.mustStop)
  }

  @Test("A console that leads an open session must stop it, also after its lease was lost")
  func lost() {
    var leading = Leading()
    leading.took()
    for _ in 1...3 { leading.follow(Self.status(.mine)) }
    #expect(leading.mustStop)
    leading.lost()
    leading.follow(Self.status(.free))
    #expect(leading.mustStop)
    leading.follow(Self.status(.free, .over))
    leading.follow(Self.status(.free))
    #expect(!leading.mustStop, "what begins afterwards is not its session")
  }

  @Test("Nothing is stopped of another operator's who took over, or to whom it was left")
  func taken() {
    var leading = Leading()
    leading.took()
    for _ in 1...3 { leading.follow(Self.status(.mine)) }
    leading.follow(other)
    #expect(!leading.mustStop)
    leading.took()
    leading.follow(other)
    #expect(leading.mustStop, "that status was on its way when it took over")
    leading.released()
    #expect(!leading.mustStop)
  }

  @Test("SR-50: what was loaded counts no more once anybody else can have loaded something")
  func unbroken() {
    let changes: [(inout Leading) -> Void] = [
      { $0.follow(Self.status(.other("nmes console (user 7)"))) },
      { $0.follow(Self.status(.mine, .over)) }, { $0.follow(Self.status(.mine, .idle)) },
      { $0.follow(Self.status(.mine, session: 5)) }, { $0.lost() }, { $0.took() },
    ]
    for (index, change) in changes.enumerated() {
      var leading = Leading()
      leading.took()
      leading.follow(Self.status(.mine, .idle))
      let mark = leading.mark
      leading.follow(Self.status(.mine, .idle))
      leading.follow(Self.status(.mine, .loaded))
      leading.follow(Self.status(.mine, session: 4))
      leading.follow(Self.status(.mine, session: 4))
      #expect(leading.isUnbroken(since: mark), "\(index)")
      change(&leading)
      #expect(!leading.isUnbroken(since: mark), "\(index)")
    }
  }

  @Test("What was asked for and is not seen yet is stopped as well")
  func unseen() {
    var leading = Leading()
    leading.took()
    for _ in 1...3 { leading.follow(Self.status(.mine, .loaded)) }
    #expect(!leading.mustStop)
    leading.acted()
    #expect(leading.mustStop)
    leading.follow(Self.status(.mine, .loaded))
    #expect(leading.mustStop)
    leading.follow(Self.status(.mine, .loaded))
    #expect(!leading.mustStop)
  }
}
