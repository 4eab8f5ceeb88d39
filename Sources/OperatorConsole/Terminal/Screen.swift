// Decides: which control sequences put the status above the lines, and give the screen back.
// Leaves to others: what the rows say (StatusArea) and the line (LineEditor).

import Foundation

/// The terminal's screen: status rows on top, a scroll region below.
struct Screen {
  /// Puts everything back: no region, cursor shown, below all rows.
  static let farewell = "\u{1B}[r\u{1B}[?25h\u{1B}[0m\u{1B}[999;1H\r\n"

  let output: Int32
  private(set) var width: Int
  private(set) var height: Int
  private var region = 0
  private var shown: [String] = []

  init(output: Int32) {
    self.output = output
    (width, height) = Screen.size(output)
  }

  /// The size that the terminal states; 80×24 when it states none.
  static func size(_ output: Int32) -> (width: Int, height: Int) {
    var size = winsize()
    // SAFETY: `size` lives across the call, which only fills it in.
    guard unsafe ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// The rows below the status.
  var rowsBelow: Int { height - region }

  /// Clears the screen and begins at its bottom.
  func begin() { write("\u{1B}[2J\u{1B}[\(height);1H") }

  /// Clears the status; the lines below it stay.
  mutating func end() {
    let cleared = (0..<region).map { "\u{1B}[\($0 + 1);1H\u{1B}[2K" }.joined()
    write("\u{1B}7\u{1B}[r\(cleared)\u{1B}8")
    region = 0
    shown = []
  }

  /// The size has changed: everything is drawn anew.
  mutating func resized() {
    (width, height) = Screen.size(output)
    region = 0
    shown = []
    write("\u{1B}[r\u{1B}[2J\u{1B}[\(height);1H")
  }

  /// Draws the rows that have changed. Answers whether the line must be drawn anew as well.
  mutating func draw(_ rows: [String], suffix: String) -> Bool {
    var text = ""
    let isNewRegion = rows.count != region
    if isNewRegion {
      // Rows that the area gives up are cleared; rows that it takes are drawn over.
      for row in rows.count..<max(rows.count, region) { text += "\u{1B}[\(row + 1);1H\u{1B}[K" }
      text += "\u{1B}[\(rows.count + 1);\(height)r\u{1B}[\(height);1H\u{1B}[K"
      region = rows.count
      shown = []
    }
    var changed = ""
    for (index, row) in rows.enumerated() where index >= shown.count || shown[index] != row {
      // Cleared before, not behind it: behind a full row that would take its last column.
      changed += "\u{1B}[\(index + 1);1H\u{1B}[2K\(row)\u{1B}[0m"
    }
    if !changed.isEmpty { text += "\u{1B}7\u{1B}[?25l\(changed)\u{1B}8\u{1B}[?25h" }
    shown = rows
    write(text + suffix)
    return isNewRegion
  }

  /// Prints lines where the operator's line stood, which goes below them.
  ///
  /// - Parameter columns: the columns that prompt and text up to the cursor take.
  func print(_ lines: [String], over columns: Int) {
    let up = columns / max(1, width)
    let start = up > 0 ? "\r\u{1B}[\(up)A\u{1B}[J" : "\r\u{1B}[J"
    write(start + lines.map { $0 + "\r\n" }.joined())
  }

  /// Writes all of it; a terminal that has gone takes nothing.
  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      // SAFETY: the buffer lives across the call, which reads what is left of it.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Foundation.write(output, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        var item = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        // SAFETY: one entry, which the call fills in.
        _ = unsafe poll(&item, 1, 100)
      } else if errno != EINTR {
        return
      }
    }
  }
}
