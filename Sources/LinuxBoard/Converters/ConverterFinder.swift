// Decides: how a converter is found by its name, never by its number.
// Leaves to others: its channels (Converter).

/// The machine's converters.
public enum ConverterFinder {
  /// The names of all converters.
  public static func names(
    in root: String = DeviceRoots.system.converters
  ) throws(LinuxBoardError) -> [String] {
    try devices(in: root).map(\.name)
  }

  /// The folder of the converter of that name, or of that label when the name is not unique.
  static func folder(of name: String, in root: String) throws(LinuxBoardError) -> String {
    let all = try devices(in: root)
    let found = all.filter { $0.name == name || $0.label == name }
    guard let device = found.first else {
      throw .noConverter(name, present: all.map { $0.label ?? $0.name })
    }
    if found.count > 1 { throw .converterTwice(name) }
    return device.folder
  }

  private struct Device {
    let folder: String
    let name: String
    let label: String?
  }

  private static func devices(in root: String) throws(LinuxBoardError) -> [Device] {
    let names: [String]
    do { names = try FileTree.names(in: root) } catch { throw .folder(root, error) }
    var devices: [Device] = []
    for name in names where name.hasPrefix("iio:device") {
      let folder = "\(root)/\(name)"
      do {
        let label = FileTree.exists("\(folder)/label") ? try FileTree.text("\(folder)/label") : nil
        devices.append(
          Device(folder: folder, name: try FileTree.text("\(folder)/name"), label: label))
      } catch { throw .folder(folder, error) }
    }
    return devices
  }
}
