// Decides: how lines of one kind are taken together and what a refusal was about.
// Leaves to others: the calls (CLinuxBoard) and which lines a board has (InputMap, OutputMap).

import BoardSupport
import CLinuxBoard

/// What a line is asked for.
enum LineKind {
  case output
  case level
  case watched
  case counted

  var number: Int32 {
    switch self {
    case .output: return Int32(NMES_LINE_OUTPUT)
    case .level: return Int32(NMES_LINE_LEVEL)
    case .watched: return Int32(NMES_LINE_WATCHED)
    case .counted: return Int32(NMES_LINE_COUNTED)
    }
  }
}

/// A line that is asked for.
struct WantedLine {
  let definition: LineDefinition
  let kind: LineKind

  var bias: Int32 {
    switch definition.bias {
    case .none: return Int32(NMES_BIAS_NONE)
    case .pullUp: return Int32(NMES_BIAS_UP)
    case .pullDown: return Int32(NMES_BIAS_DOWN)
    }
  }
}

/// All outputs, or all inputs, of a board, held by one request.
// SAFETY: the handle is private, made by `init`, and freed once by `deinit`.
@safe struct HeldLines: ~Copyable {
  private let handle: OpaquePointer

  /// Under which name lines are held.
  static let consumer = "nmes-host"

  /// Takes the lines of one chip; outputs begin inactive.
  init(
    _ lines: [WantedLine], chip: String, devices: String
  ) throws(LinuxBoardError) {
    precondition(!lines.isEmpty, "a board has lines")
    // SAFETY: (whole body) the handle is what the library made; strings end with a zero.
    guard let made = unsafe nmes_lines_new() else { throw .noMemory }
    for line in lines {
      let answer = unsafe nmes_lines_add(
        made, line.definition.name, line.kind.number, line.definition.isActiveLow ? 1 : 0,
        line.bias)
      if answer < 0 {
        unsafe nmes_lines_release(made)
        throw .lineNotAdded(line.definition.name, SystemFailure(answer: answer))
      }
    }
    let result = unsafe nmes_lines_request(made, devices, chip, HeldLines.consumer)
    if result != NMES_LINES_HELD {
      let error = unsafe HeldLines.refusal(result, made, lines, chip: chip, devices: devices)
      unsafe nmes_lines_release(made)
      throw error
    }
    unsafe handle = made
  }

  deinit {
    // SAFETY: made by `init`, freed only here.
    unsafe nmes_lines_release(handle)
  }

  private static func refusal(
    _ result: Int32, _ handle: OpaquePointer, _ lines: [WantedLine], chip: String,
    devices: String
  ) -> LinuxBoardError {
    // SAFETY: the handle is still held by the caller; the text ends with a zero.
    let place = unsafe Int(nmes_lines_failed(handle))
    let failure = unsafe SystemFailure(number: nmes_lines_error(handle))
    let consumer = unsafe String(cString: nmes_lines_consumer(handle))
    let line = place >= 0 && place < lines.count ? lines[place].definition.name : nil
    switch Int(result) {
    case NMES_LINES_NO_CHIP: return .noChip(chip, present: GPIOChips.labels(in: devices))
    case NMES_LINES_CHIP_TWICE: return .chipTwice(chip)
    case NMES_LINES_DENIED: return .chipDenied(chip, folder: devices, failure)
    case NMES_LINES_NO_LINE: return .noLine(line ?? "?", chip: chip)
    case NMES_LINES_LINE_TWICE: return .lineTwice(line ?? "?", chip: chip)
    case NMES_LINES_BUSY where line != nil:
      return .lineBusy(line ?? "?", chip: chip, consumer: consumer)
    default: return .linesRefused(line, chip: chip, failure)
    }
  }

  /// Drives all lines; answers 0 or -errno.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func set(_ active: UInt64) -> Int32 {
    // SAFETY: the handle lives as long as this does.
    unsafe nmes_lines_set(handle, active)
  }

  /// Reads all lines into `active`; answers 0 or -errno.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func get(into active: inout UInt64) -> Int32 {
    // SAFETY: as above; the call writes one number to a place that exists.
    unsafe nmes_lines_get(handle, &active)
  }

  /// Takes what edges wait; answers their number or -errno.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func drain() -> Int32 {
    // SAFETY: as above.
    unsafe nmes_lines_drain(handle)
  }

  /// The time of the earliest edge away from active on a line of `mask`; `Int64.max` for none.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func takeFall(_ mask: UInt64) -> Int64 {
    // SAFETY: as above.
    unsafe nmes_lines_take_fall(handle, mask)
  }

  /// How many edges towards active a counted line has had.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func count(_ line: UInt32) -> UInt32 {
    // SAFETY: as above.
    unsafe nmes_lines_count(handle, line)
  }

  /// The descriptors that become readable when a line of `mask` has an edge, at most `most`.
  func descriptors(_ mask: UInt64, most: Int) throws(SystemFailure) -> [Int32] {
    var found = [Int32](repeating: -1, count: most)
    // SAFETY: as above; the call writes at most `most` descriptors.
    let count = unsafe nmes_lines_descriptors(handle, mask, &found, Int32(most))
    if count < 0 { throw SystemFailure(answer: count) }
    return Array(found.prefix(Int(count)))
  }
}
