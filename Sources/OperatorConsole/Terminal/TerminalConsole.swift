// Decides: how the console lives on a terminal.
// Leaves to others: every decision about lines (ConsoleSession), keys (TerminalReader) and rows
// (StatusArea).

internal import CLineEdit
internal import ControlAPI
import Foundation
internal import StimulationCore

/// The console with a screen.
final class TerminalConsole: LineEditorOwner {
  /// The status is drawn this often.
  static let drawing = Nanoseconds.milliseconds(100)
  /// Ctrl-L.
  static let redrawing: UInt8 = 0x0C
  /// The lines that are kept for a screen of another size.
  static let mostRecent = 100

  private let style: TerminalStyle
  private let reader: TerminalReader
  private let presence: Presence
  private let inbox: ConsoleInbox
  private var screen = Screen(output: 1)
  private var lines: [String] = []
  /// What was printed last, for a screen of another size.
  private var recent: [String] = []
  private var nextDrawing = Nanoseconds.zero
  private var shownPrompt = ""
  private var isReading = false
  private lazy var editor = LineEditor(owner: self)
  private lazy var session = ConsoleSession(
    link: link, stop: stop, inbox: inbox,
    form: { [unowned self] in .screen(rows: screen.rowsBelow) },
    print: { [unowned self] in lines += $0 })
  private let link: DaemonLink
  private let stop: StopPath
  private let mode: TerminalMode

  init(_ parts: ConsoleParts, style: TerminalStyle) throws(ConsoleError) {
    self.style = style
    presence = parts.presence
    inbox = parts.inbox
    link = parts.link
    stop = parts.stop
    mode = parts.mode
    reader = try parts.makeReader()
  }

  /// Lives until the operator quits or the terminal goes. Answers whether it ended as asked.
  func run(history: String?) throws(ConsoleError) -> Bool {
    // SAFETY: the text is copied within the call.
    let code = unsafe nmes_terminal_guard(0, Screen.farewell)
    if code != 0 { throw .system("the terminal's settings cannot be read", -code) }
    defer { nmes_terminal_restore() }
    try editor.open(input: 0, output: 1, history: history)
    defer {
      mode.forget()
      editor.close()
    }
    presence.needTerminal()
    presence.advanced(at: ConsoleClock.now)
    screen.begin()
    reader.start()
    session.greet()
    lines.append("nmes console: help lists the commands, Tab completes, quit leaves")
    while !session.isEnded {
      shownPrompt = session.prompt
      isReading = true
      let line = editor.read()
      isReading = false
      guard let line else { break }
      if session.isEnded { break }
      recent.append(prompt + line)
      if session.question == .none, !line.trimmed.isEmpty { _ = editor.remember(line) }
      session.take(line, hasStopped: reader.hasStopped)
    }
    leave()
    return session.isAsked && !reader.isEnded
  }

  /// The session ends before the console is gone, and its status with it: what nobody renews any
  /// more is not left on the screen.
  private func leave() {
    session.leave()
    screen.end()
    screen.print(wrapped(lines), over: 0)
    lines = []
  }

  // MARK: - What the editor asks

  var prompt: String { style.isUnicode ? shownPrompt : TerminalText.ascii(shownPrompt) }

  func nextByte() -> UInt8? {
    // The editor has set the terminal for keys by now.
    mode.keep(0)
    while true {
      switch reader.next() {
      // The editor would clear the rows of the status as well, which only a change draws again.
      case .byte(Self.redrawing):
        redraw(at: ConsoleClock.now)
        continue
      case .byte(let byte): return byte
      case .dropLine:
        editor.clear()
        refresh()
        continue
      case nil: break
      }
      reader.edited(
        isLineEmpty: editor.text.whole.isEmpty, isAsking: session.question != .none)
      // What came between the last byte and this moment counts as edited only now.
      turn()
      if session.isEnded || reader.isEnded { return nil }
      let left = max(.zero, nextDrawing - ConsoleClock.now)
      _ = Bell.wait(for: [reader.bell.descriptor, inbox.bell.descriptor], atMost: left)
      reader.bell.silence()
    }
  }

  /// Shows what has happened.
  private func turn() {
    let now = ConsoleClock.now
    presence.advanced(at: now)
    if session.meet(inbox.take()) { redraw(at: now) }
    session.follow(at: now)
    if !lines.isEmpty || session.prompt != shownPrompt { flush() }
    guard now >= nextDrawing else { return }
    nextDrawing = now + Self.drawing
    draw(at: now)
  }

  /// Draws everything anew.
  private func redraw(at now: Nanoseconds) {
    screen.resized()
    editor.resized()
    nextDrawing = now
    draw(at: now)
    screen.print(Array(wrapped(recent).suffix(screen.height)), over: 0)
    refresh()
  }

  private func draw(at now: Nanoseconds) {
    var view = session.view(at: now)
    view.isTerminalSilent = presence.isTerminalSilent(at: now)
    let area = StatusArea(width: screen.width, height: screen.height, style: style)
    let question = presence.shouldAsk(at: now) ? TerminalQueries.question : ""
    let sound = session.takeAlarm() ? "\u{07}" : ""
    if screen.draw(area.rows(view), suffix: question + sound) { refresh() }
  }

  /// Lines as they fit the screen.
  private func wrapped(_ lines: [String]) -> [String] {
    lines.flatMap { line in
      TextWrap.rows(style.isUnicode ? line : TerminalText.ascii(line), width: screen.width)
    }
  }

  private func flush() {
    let text = editor.text
    screen.print(wrapped(lines), over: prompt.count + text.before.count)
    recent = Array((recent + lines).suffix(Self.mostRecent))
    lines = []
    shownPrompt = session.prompt
    refresh()
  }

  private func refresh() { if isReading { editor.refresh() } }

  func complete() {
    guard session.question == .none else { return }
    let before = editor.text.before
    let completion = Completion(before, names: session.names)
    let typed = String(before.suffix(completion.replaced))
    if completion.candidates.count == 1 {
      editor.deleteBefore(completion.replaced)
      editor.insert(completion.candidates[0] + " ")
    } else if let common = completion.common(after: typed) {
      editor.deleteBefore(completion.replaced)
      editor.insert(common)
    } else if !completion.candidates.isEmpty {
      let names = completion.candidates.prefix(60).map { TerminalText.safe($0) }
      lines += Columns.of(names, width: screen.width)
    }
  }
}
