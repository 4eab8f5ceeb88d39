// Decides: that a sysfs file is opened once, closed once, and that every call's result is used.
// Leaves to others: the calls (CLinuxBoard) and what the numbers mean.

import CLinuxBoard

/// An open sysfs file that holds one number or one word.
struct Attribute: ~Copyable {
  /// How it is opened.
  enum Mode { case read, write, both }

  let descriptor: Int32

  init(_ path: String, _ mode: Mode) throws(SystemFailure) {
    let number: Int
    switch mode {
    case .read: number = NMES_ATTRIBUTE_READ
    case .write: number = NMES_ATTRIBUTE_WRITE
    case .both: number = NMES_ATTRIBUTE_BOTH
    }
    // SAFETY: the path is a string that ends with a zero for the time of the call.
    descriptor = unsafe nmes_attribute_open(path, Int32(number))
    if descriptor < 0 { throw SystemFailure(answer: descriptor) }
  }

  deinit {
    // A descriptor that was written with pwrite has nothing left to lose on closing.
    _ = nmes_attribute_close(descriptor)
  }

  /// Writes a number; answers 0 or -errno.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func write(_ value: Int64) -> Int32 { nmes_attribute_write(descriptor, value) }

  /// Reads a number into `value`; answers 0 or -errno.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func read(into value: inout Int64) -> Int32 {
    // SAFETY: the call writes one number to a place that exists.
    unsafe nmes_attribute_read(descriptor, &value)
  }

  /// The number that stands in the file.
  func number() throws(SystemFailure) -> Int64 {
    var value: Int64 = 0
    let answer = read(into: &value)
    if answer < 0 { throw SystemFailure(answer: answer) }
    return value
  }

  /// Writes a number.
  func set(_ value: Int64) throws(SystemFailure) {
    let answer = write(value)
    if answer < 0 { throw SystemFailure(answer: answer) }
  }

  /// The first line of the file.
  func text() throws(SystemFailure) -> String {
    var text = [CChar](repeating: 0, count: 256)
    // SAFETY: the call writes at most the count it is given, and ends the text.
    let answer = unsafe nmes_attribute_read_text(descriptor, &text, text.count)
    if answer < 0 { throw SystemFailure(answer: answer) }
    return LinuxText.text(text)
  }

  /// Writes a word.
  func set(_ word: String) throws(SystemFailure) {
    // SAFETY: the word is a string that ends with a zero for the time of the call.
    let answer = unsafe nmes_attribute_write_text(descriptor, word)
    if answer < 0 { throw SystemFailure(answer: answer) }
  }
}
