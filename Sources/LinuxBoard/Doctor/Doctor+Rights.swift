// Decides: whether this process has the groups by which devices are opened.
// Leaves to others: whether the devices do open (Doctor+Devices).

extension Doctor {
  /// The groups of Hardware/Host/nmes.sysusers that open devices.
  private static let wanted = ["gpio", "nmes"]

  /// Whether this process is in the groups that open devices.
  var groups: MachineItem {
    let question = MachineQuestion(
      name: "groups", title: "group rights",
      reason: "lines, PWM and converters belong to gpio, the rest of the host files to nmes")
    guard let text = machine.text("/etc/group") else {
      return question.unknown("/etc/group cannot be read", "ask id")
    }
    let known = Doctor.groups(text)
    let missing = Doctor.wanted.filter { known[$0] == nil }
    guard missing.isEmpty else {
      return question.fails(
        "there is no group \(missing.joined(separator: ", "))",
        "install Hardware/Host/nmes.sysusers and run systemd-sysusers")
    }
    guard let calls = machine.calls else { return needsCalls(question) }
    switch calls.identity() {
    case .failure(let error):
      return question.unknown("the groups cannot be read: \(error)", "ask id")
    case .success(let identity):
      if identity.user == 0 {
        return question.unknown(
          "this is root, who may do everything and says nothing of the daemon",
          "ask as the daemon: sudo -u nmes nmes board doctor")
      }
      let absent = Doctor.wanted.filter { name in
        known[name].map { !identity.groups.contains($0) } ?? true
      }
      if absent.isEmpty {
        return question.holds("a member of \(Doctor.wanted.joined(separator: " and "))")
      }
      return question.fails(
        "not a member of \(absent.joined(separator: ", "))",
        "ask as the daemon: sudo -u nmes nmes board doctor. A member of gpio drives the board past "
          + "the interlocks, so that nobody but the daemon is one, except on a bench without a "
          + "patient circuit")
    }
  }

  /// The groups of an `/etc/group` by name.
  private static func groups(_ text: String) -> [String: UInt32] {
    var found: [String: UInt32] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 4, let number = UInt32(fields[2]) else { continue }
      found[String(fields[0])] = number
    }
    return found
  }
}
