// Decides: what the status area shows, to the column.
// Leaves to others: the terminal itself.

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Status area") struct StatusAreaTests {
  static func running(channels count: Int = 1) -> StatusView {
    var status = ConsoleStatus(board: "simulated", isSimulated: true)
    status.phase = .open
    status.state = "running"
    status.session = 12
    status.patient = "P001"
    status.muscle = "quadriceps left"
    status.stage = "S4"
    status.protocolName = "large-muscle-tetanic"
    status.train = 3
    status.trains = 40
    status.timeLeft = .seconds(1_694)
    status.lease = .mine
    for number in 1...count {
      var channel = ConsoleStatus.Channel(channel: number, ceiling: .milliamperes(60))
      channel.setpoint = Microamperes(40_250)
      channel.target = .milliamperes(55)
      channel.measured = Microamperes(40_180)
      channel.load = Ohms(412)
      channel.train = 3
      channel.isInTrain = true
      channel.charge = Femtocoulombs(1_240_000_000_000_000)
      channel.chargeLimit = Femtocoulombs(24_000_000_000_000_000)
      channel.force = 12.34
      status.channels.append(channel)
    }
    var view = StatusView()
    view.status = status
    view.link = .up
    for second in 0..<60 {
      view.chart.add(.milliamperes(Int32(second)), at: .seconds(Int64(second)))
    }
    return view
  }

  private static let plain = TerminalStyle(paint: .none, isUnicode: true)
  private static let ascii = TerminalStyle(paint: .none, isUnicode: false)

  private func shown(_ view: StatusView, _ style: TerminalStyle = plain) -> [String] {
    StatusArea(width: 80, height: 24, style: style).rows(view)
  }

  @Test("A running session at 80 columns")
  func golden() {
    let rows = shown(Self.running()).map { String($0.reversed().drop { $0 == " " }.reversed()) }
    #expect(rows == StatusAreaFrames.running, "\n\(rows.joined(separator: "\n"))")
  }

  @Test("A running session in ASCII")
  func goldenASCII() {
    let rows = shown(Self.running(), Self.ascii)
      .map { String($0.reversed().drop { $0 == " " }.reversed()) }
    #expect(rows == StatusAreaFrames.ascii, "\n\(rows.joined(separator: "\n"))")
    #expect(rows.allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test("No row is wider than the terminal, and the state and STOP are on every size")
  func sizes() {
    for width in [20, 40, 79, 80, 81, 100, 120, 200] {
      for height in [8, 10, 16, 24, 40] {
        for count in [1, 2, 8] {
          for style in [Self.plain, Self.ascii] {
            let rows = StatusArea(width: width, height: height, style: style)
              .rows(Self.running(channels: count))
            #expect(rows.allSatisfy { $0.count <= width }, "\(width)×\(height)")
            #expect(rows.count <= height - 6, "\(width)×\(height), \(count) channels")
            #expect(rows[0].contains("RUNNING"))
            #expect(rows.contains { $0.contains("STOP") && $0.contains("Esc") })
          }
        }
      }
    }
  }

  @Test("At 80×24 eight channels are all shown")
  func channels() {
    let rows = shown(Self.running(channels: 8))
    for number in 1...8 { #expect(rows.contains { $0.contains(" ch\(number) ") }) }
  }

  @Test("SR-52: status is stale from 500 ms on, and says so before anything else")
  func stale() {
    var view = Self.running()
    view.age = .milliseconds(500)
    #expect(!shown(view)[0].contains("STALE"))
    view.age = .milliseconds(501)
    #expect(shown(view)[0].hasPrefix(" STALE "))
    view.age = .zero
    view.link = .lost("the daemon closed the connection")
    #expect(shown(view)[0].hasPrefix(" STALE "))
    #expect(shown(view).contains { $0.contains("LOST, trying again every second") })
    #expect(shown(view).contains { $0.contains("in doubt press the emergency stop") })
    view.status = nil
    #expect(shown(view)[0].contains("NO STATUS"))
  }

  @Test("SR-52: a stale status of a session is warned of although the link stands")
  func silent() {
    var view = Self.running()
    view.age = .milliseconds(501)
    #expect(shown(view).contains { $0.contains("A SESSION RAN: in doubt press the emergency") })
    #expect(!shown(view).contains { $0.contains("link up") })
    #expect(shown(view).contains { $0.contains("SILENT: no fresh status") })
    view.stop = .inactiveByNow
    #expect(shown(view).contains { $0.contains("outputs are inactive now") })
    view.stop = nil
    view.status?.state = "checked"
    #expect(!shown(view).contains { $0.contains("A SESSION RAN") })
    view.status?.outputsAreActive = true
    #expect(shown(view).contains { $0.contains("A SESSION RAN") })
  }

  @Test("Each state has words of its own")
  func states() {
    var seen: Set<String> = []
    for code in StateCode.allCases where code != .ramping {
      var view = Self.running()
      view.status?.state = "\(code.name)"
      let words = StateWords(view.status ?? ConsoleStatus(board: "", isSimulated: true))
      #expect(seen.insert(words.title).inserted, "\(code)")
      #expect(!words.hint.contains("does not know"), "\(code)")
    }
  }

  @Test("At 80 columns every state's hint is whole, with the longest figures beside it")
  func hints() {
    var statuses: [(ConsoleStatus, isSkinSeen: Bool)] = []
    for phase in ConsoleStatus.Phase.allCases {
      for code in StateCode.allCases {
        var status = Self.running().status ?? ConsoleStatus(board: "", isSimulated: true)
        status.phase = phase
        status.state = "\(code.name)"
        status.train = 168
        status.trains = 168
        status.outcome = "completed"
        for isSkinSeen in [false, true] { statuses.append((status, isSkinSeen)) }
      }
    }
    for (status, isSkinSeen) in statuses {
      var view = Self.running()
      view.status = status
      view.isSkinSeen = isSkinSeen
      let hint = StateWords(status, isSkinSeen: isSkinSeen).hint
      #expect(shown(view)[0].contains(hint), "\(status.phase) \(status.state): \(shown(view)[0])")
    }
  }

  @Test("Between trains the last current is in brackets, and the chart knows of none")
  func between() {
    var view = Self.running()
    view.status?.channels[0].isInTrain = false
    #expect(shown(view).contains { $0.contains("off (40.2)") })
    #expect(view.status?.current == .zero)
    view.status?.channels[0].isInTrain = true
    #expect(shown(view).contains { $0.contains("40.2 mA ON") })
    #expect(view.status?.current == Microamperes(40_180))
  }

  @Test("On a narrow screen amplitude, ceiling, current and load stay whole")
  func narrow() {
    let rows = StatusArea(width: 46, height: 24, style: Self.plain).rows(Self.running())
    let row = rows.first { $0.contains("ch1") } ?? ""
    #expect(row.contains("ch1 40.25→55 of 60 mA  40.2 mA ON"))
    #expect(row.contains("412 Ω"))
  }

  @Test("Where columns are few whole cells yield; state, train, STOP, lease and link stay")
  func cells() {
    var views = [Self.running()]
    views.append(views[0])
    views[1].status?.lease = .other("nmes console (user 1000)")
    views.append(views[0])
    views[2].isTerminalSilent = true
    views.append(views[0])
    views[3].age = .seconds(3)
    views.append(views[0])
    views[4].stop = .inactive(reaction: .microseconds(420), roundTrip: .microseconds(1_210))
    func words(_ rows: [String]) -> [String] {
      rows.joined(separator: " ").split(separator: " ").map(String.init)
    }
    let areas = views.map { StatusArea(width: 300, height: 40, style: Self.plain).rows($0) }
    let wide = Set(areas.map { words($0) }.joined())
    let short: Set<String> = ["op", "another", "SILENT", "RAN:", "or", "BACK"]
    for view in views {
      for width in [40, 46, 60, 76, 80] {
        let rows = StatusArea(width: width, height: 24, style: Self.plain).rows(view)
        for word in words(rows.dropLast())
        where word.allSatisfy({ !"█▁▂▃▄▅▆▇[─".contains($0) }) {
          let isKnown = wide.contains(word) || short.contains(word)
          #expect(isKnown, "\(word) at \(width):\n\(rows.joined(separator: "\n"))")
        }
        #expect(rows[0].contains("RUNNING") && rows[0].contains("train 3 of 40"))
        #expect(rows.contains { $0.hasPrefix(" STOP ") && $0.contains("Esc, Ctrl-C") })
        #expect(rows.contains { $0.contains("link up") || $0.contains("SILENT") })
        #expect(rows.contains { $0.hasPrefix(" op") })
      }
    }
  }

  @Test("A fault is named with its requirement, and how many more there are")
  func faults() {
    var view = Self.running()
    view.status?.state = "faulted"
    view.status?.faults = [
      .init(id: "leadOff", requirement: "SR-27", cause: "open electrode on channel 1"),
      .init(id: "lease", requirement: "SR-23", cause: "lease lost"),
    ]
    let rows = shown(view)
    #expect(rows[0].contains(" FAULT "))
    #expect(rows.contains { $0.contains("SR-27 open electrode on channel 1 and 1 more") })
  }

  @Test("STOP is told with the measured reaction, never shorter than it was")
  func stops() {
    var view = Self.running()
    view.stop = .inactive(
      reaction: Nanoseconds(rawValue: 421_000), roundTrip: Nanoseconds(rawValue: 1_200_001))
    #expect(
      shown(view).contains {
        $0.contains("outputs inactive after 0.43 ms (there and back 1.21 ms)")
      }
    )
    view.stop = .failed("no daemon listens")
    #expect(shown(view).contains { $0.contains("STOP NOT DELIVERED") })
    view.stop = .unconfirmed(roundTrip: .milliseconds(1_000))
    #expect(shown(view).contains { $0.contains("NOT confirmed inactive") })
  }

  @Test("The extended envelope and a lease held back are said aloud")
  func warnings() {
    var view = Self.running()
    view.status?.isExtended = true
    view.isTerminalSilent = true
    let rows = shown(view)
    #expect(rows.contains { $0.contains("EXTENDED ENVELOPE") })
    #expect(rows.contains { $0.contains("HELD BACK: the terminal does not answer") })
  }

  @Test("Colour only repeats words, and text from elsewhere cannot steer the terminal")
  func colours() {
    var view = Self.running()
    view.status?.patient = "P\u{1B}[2J\u{07}"
    view.status?.state = "odd\u{1B}[31m"
    let words = shown(view)
    for paint in [TerminalStyle.Paint.mono, .colour] {
      let rows = shown(view, TerminalStyle(paint: paint, isUnicode: true))
      let bare = rows.map { row in
        String(row.replacing(/\u{1B}\[[0-9;]*m/, with: ""))
      }
      for (row, plain) in zip(bare, words) {
        #expect(!row.contains("\u{1B}"))
        #expect(plain.hasPrefix(row))
      }
    }
    let mono = shown(view, TerminalStyle(paint: .mono, isUnicode: true)).joined()
    #expect(mono.contains("\u{1B}[1;7m"))
    #expect(!mono.contains(/\u{1B}\[[0-9;]*[34][0-9]/))
  }

  @Test("The environment says what a terminal shows")
  func environment() {
    func style(_ environment: [String: String]) -> TerminalStyle {
      TerminalStyle(environment: environment)
    }
    #expect(style(["LANG": "en_GB.UTF-8", "TERM": "xterm"]).isUnicode)
    #expect(!style(["LANG": "en_GB.UTF-8", "LC_ALL": "C", "TERM": "xterm"]).isUnicode)
    #expect(style(["LANG": "C.utf8", "TERM": "xterm"]).paint == .colour)
    #expect(style(["TERM": "xterm", "NO_COLOR": "1"]).paint == .mono)
    #expect(style(["TERM": "xterm", "NO_COLOR": ""]).paint == .colour)
    #expect(style(["TERM": "vt100"]).paint == .mono)
  }

  @Test("The chart forgets what is older than 60 s, and leaves gaps empty")
  func chart() {
    var chart = CurrentChart()
    chart.add(.milliamperes(60), at: .seconds(10))
    chart.add(.milliamperes(30), at: .seconds(12))
    let drawn = chart.drawn(rows: 1, full: .milliamperes(60), isUnicode: true)[0]
    #expect(drawn.hasSuffix("█ ▄"))
    chart.advance(to: .seconds(71))
    #expect(chart.samples.compactMap(\.self) == [.milliamperes(30)])
    chart.advance(to: .seconds(10_000))
    #expect(chart.samples.allSatisfy { $0 == nil })
    chart.add(.milliamperes(90), at: .seconds(10_000))
    #expect(chart.drawn(rows: 1, full: .milliamperes(60), isUnicode: true)[0].hasSuffix("█"))
  }
}
