// Where output ends up.
// The descriptors are the caller's; this target only fills them.

/// Something that takes bytes for good: standard output, or a test's memory.
public protocol ByteSink: AnyObject {
    /// True when a person reads it.
    var isTerminal: Bool { get }

    /// The width in columns, when it is a terminal that says so.
    var width: Int? { get }

    /// The height in lines, when it is a terminal that says so.
    var height: Int? { get }

    /// Takes all of `bytes`, waiting for room when there is none.
    func write(_ bytes: RawSpan) throws(OutputError)
}

extension ByteSink {
    /// No height.
    public var height: Int? { nil }
}

/// The reason bytes could not be written.
public enum OutputError: Error, Equatable, Sendable {
    /// The reader went away, as `head` does; nothing more is wanted.
    case closed
    /// Writing failed for this reason: the disk is full, the device is gone.
    case failed(String)
    /// This signal arrived while the reader took nothing.
    case interrupted(signal: Int32)
}

/// A sink that keeps everything, for tests.
public final class MemorySink: ByteSink {
    /// All bytes written so far.
    public private(set) var bytes: [UInt8] = []

    /// True when it is to behave as a terminal.
    public let isTerminal: Bool

    /// The width to claim.
    public let width: Int?

    /// Makes an empty sink.
    public init(isTerminal: Bool = false, width: Int? = nil) {
        self.isTerminal = isTerminal
        self.width = width
    }

    /// All text written so far.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes the bytes.
    public func write(_ span: RawSpan) throws(OutputError) {
        span.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}
