// Decides: how the sockets are opened, served and closed.
// Leaves to others: one connection (Connection), STOP's own thread (StopThread), the daemon's
// life (nmesd).

import ControlAPI
import CRealTime
import Foundation
public import Logging
import NIOCore
import NIOPosix
public import SessionController
public import StimulationCore
import Synchronization

/// The daemon's sockets.
public final class ControlServer: Sendable {
  /// What the event loop asks of SCHED_FIFO: above everything that a flood keeps busy, so that it
  /// finds STOP; far below the stimulation loop and `stop.sock`.
  static let priority: Int32 = 20

  let hub: Hub
  private let group: MultiThreadedEventLoopGroup
  private let folder: SocketFolder
  private let stopThread: StopThread
  private let listeners: [any Channel]

  /// Opens the sockets and serves them.
  public init(
    _ stimulator: Stimulator, folder: SocketFolder, library: ServedLibrary, logger: Logger
  ) throws(ServerFailure) {
    self.folder = folder
    let dispatcher = Dispatcher(stimulator, library, logger)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    self.group = group
    let hub = Hub(group.next(), dispatcher)
    self.hub = hub
    // Where it is not permitted the sockets are served all the same.
    hub.loop.execute { _ = nmes_set_fifo(Self.priority) }
    let paths = folder.paths
    do {
      let stop = try folder.bind(paths.stop, mode: 0o666, group: nil)
      stopThread = try StopThread(
        stop, stimulator, dispatcher.stopRecords, dispatcher.saidStop)
      listeners = [
        try Self.listen(
          group, hub, .control,
          try folder.bind(paths.control, mode: 0o660, group: SocketFolder.Groups.control)),
        try Self.listen(
          group, hub, .monitor,
          try folder.bind(paths.monitor, mode: 0o660, group: SocketFolder.Groups.monitor)),
      ]
    } catch let failure as ServerFailure {
      try? group.syncShutdownGracefully()
      throw failure
    } catch {
      try? group.syncShutdownGracefully()
      throw .eventLoop("\(error)")
    }
    hub.start()
  }

  private static let nextNumber = Atomic<UInt64>(1)

  private static func listen(
    _ group: MultiThreadedEventLoopGroup, _ hub: Hub, _ kind: SocketKind, _ socket: Int32
  ) throws -> any Channel {
    try ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      // One reading of each socket that is ready, and then the next of each: STOP waits for a
      // reading of every other, however much they send.
      .childChannelOption(
        .recvAllocator,
        value: FixedSizeRecvByteBufferAllocator(capacity: Connection.reading(kind))
      )
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in
        guard let provider = channel as? any SocketOptionProvider else { return channel.close() }
        // SAFETY: SO_PEERCRED fills in exactly this structure.
        let peer: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
          level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return peer.flatMap { peer in
          if let refusal = hub.refusal(kind, of: peer.uid) {
            return channel.pipeline.addHandler(TurnedAway(refusal))
          }
          let number = nextNumber.wrappingAdd(1, ordering: .relaxed).oldValue
          let caller = Caller(
            number: number, socket: kind, uid: peer.uid, process: peer.process)
          return channel.pipeline.addHandler(Connection(caller, hub, channel))
        }
      }
      .withBoundSocket(socket).wait()
  }

  /// How often the event loop has turned.
  public var loopTurns: UInt64 { hub.loopTurns }

  /// Since when the longest of the running commands runs, by CLOCK_MONOTONIC.
  public var busySince: Nanoseconds? { hub.busySince }

  /// Closes everything and removes the sockets. Whatever still waited for the log is written
  /// first, within a bound.
  public func close() {
    let hub = hub
    for listener in listeners { try? listener.close().wait() }
    stopThread.end()
    _ = hub.commands.drain(.seconds(2))
    _ = hub.notes.drain(.seconds(2))
    try? hub.loop.submit { hub.end() }.wait()
    hub.dispatcher.stopRecords.close(.seconds(2))
    hub.dispatcher.refusalRecords.close(.seconds(1))
    _ = hub.stimulator.waitForRecords(atMost: .seconds(2))
    try? group.syncShutdownGracefully()
    folder.remove()
  }
}
