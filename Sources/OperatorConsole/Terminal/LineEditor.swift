// Decides: how Swift owns libedit's editor.
// Leaves to others: bytes, prompt and completion, which come from its owner.

internal import CLineEdit
import Foundation

/// Who feeds an editor. All calls come on the thread that reads the line.
protocol LineEditorOwner: AnyObject {
  /// The next byte; waits. `nil` at the end.
  func nextByte() -> UInt8?
  /// What stands before the line.
  var prompt: String { get }
  /// The operator asks to complete the line.
  func complete()
}

// SAFETY: what the editor points to is its own from `open` until `close`, on one thread.
/// A line edited by libedit, used on one thread.
@safe final class LineEditor {
  /// The lines that the history keeps.
  static let historySize: Int32 = 500

  private var line: OpaquePointer?
  private unowned let owner: any LineEditorOwner
  /// The prompt's text as C reads it, kept from one call to the next.
  private var promptText: UnsafeMutablePointer<CChar>?

  init(owner: any LineEditorOwner) { self.owner = owner }

  func open(input: Int32, output: Int32, history: String?) throws(ConsoleError) {
    nmes_line_use_locale()
    // SAFETY: the editor is closed before it is released, so that the context stays valid.
    var calls = unsafe nmes_line_calls(
      context: Unmanaged.passUnretained(self).toOpaque(), next_byte: LineEditor.nextByte,
      prompt: LineEditor.prompt, complete: LineEditor.complete)
    let opened =
      if let history {
        unsafe nmes_line_open(input, output, &calls, history, Self.historySize)
      } else {
        unsafe nmes_line_open(input, output, &calls, nil, Self.historySize)
      }
    guard let opened = unsafe opened else {
      throw .system("the line editor cannot be opened on this terminal", errno)
    }
    unsafe line = opened
  }

  func close() {
    guard let line = unsafe line else { return }
    unsafe nmes_line_close(line)
    unsafe self.line = nil
    unsafe free(promptText)
    unsafe promptText = nil
  }

  /// Reads a line; `nil` at the end of input.
  func read() -> String? {
    guard let line = unsafe line else { return nil }
    var length = 0
    // SAFETY: the text is copied before the next call.
    guard let text = unsafe nmes_line_read(line, &length) else { return nil }
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }

  /// Keeps a line in the history.
  func remember(_ text: String) -> Int32 {
    guard let line = unsafe line else { return 0 }
    return unsafe nmes_line_remember(line, text)
  }

  /// The text before the cursor, and all of it.
  var text: (before: String, whole: String) {
    guard let line = unsafe line else { return ("", "") }
    var length = 0
    var cursor = 0
    // SAFETY: the text is copied at once.
    guard let start = unsafe nmes_line_text(line, &length, &cursor) else { return ("", "") }
    let whole = unsafe UnsafeRawBufferPointer(start: start, count: length)
    return unsafe (
      String(decoding: whole.prefix(cursor), as: UTF8.self), String(decoding: whole, as: UTF8.self)
    )
  }

  func insert(_ text: String) {
    if let line = unsafe line { _ = unsafe nmes_line_insert(line, text) }
  }

  func deleteBefore(_ count: Int) {
    if let line = unsafe line { unsafe nmes_line_delete_before(line, Int32(count)) }
  }

  /// Empties the line.
  func clear() { if let line = unsafe line { unsafe nmes_line_clear(line) } }

  func refresh() { if let line = unsafe line { unsafe nmes_line_refresh(line) } }

  func resized() { if let line = unsafe line { unsafe nmes_line_resized(line) } }

  // MARK: - Calls from C

  // SAFETY: the context is the editor that opened the line and outlives it.
  private static let nextByte:
    @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?) -> Int32 = {
      context, byte in
      guard let context = unsafe context,
        let value = unsafe Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
          .owner.nextByte()
      else { return 0 }
      unsafe byte?.pointee = value
      return 1
    }

  // SAFETY: as above; the text lives until the next call.
  private static let prompt: @convention(c) (UnsafeMutableRawPointer?) -> UnsafePointer<CChar>? = {
    context in
    guard let context = unsafe context else { return nil }
    let editor = unsafe Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
    unsafe free(editor.promptText)
    unsafe editor.promptText = strdup(editor.owner.prompt)
    return unsafe UnsafePointer(editor.promptText)
  }

  // SAFETY: as above.
  private static let complete: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
    guard let context = unsafe context else { return }
    unsafe Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue().owner.complete()
  }
}
