// Memory for one message after another.
// libprotobuf-c takes it in many small pieces, and gives all of it back at once.

internal import CProtobufC
import Glibc

/// An allocator for libprotobuf-c that frees nothing until it is emptied.
///
/// The blocks it has are kept for the next message, but for those that one large message needed.
@safe final class Arena {
    @unsafe private struct Block {
        var start: UnsafeMutableRawPointer
        var size: Int
    }

    private static let blockSize = 65_536

    private var blocks: [Block] = unsafe []
    private var block = 0
    private var next: UnsafeMutableRawPointer?
    private var left = 0
    /// The allocator passed to libprotobuf-c; it holds this arena unretained, so it must not
    /// outlive it.
    private let allocator: UnsafeMutablePointer<ProtobufCAllocator>

    init() {
        unsafe allocator = .allocate(capacity: 1)
        unsafe allocator.initialize(
            to: ProtobufCAllocator(
                alloc: { data, size in
                    guard let data = unsafe data else { return nil }
                    return unsafe Unmanaged<Arena>.fromOpaque(data).takeUnretainedValue()
                        .take(size)
                },
                free: { _, _ in },
                allocator_data: nil
            )
        )
        unsafe allocator.pointee.allocator_data = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        unsafe blocks.forEach { unsafe free($0.start) }
        unsafe allocator.deinitialize(count: 1)
        unsafe allocator.deallocate()
    }

    /// Lends the allocator; what is taken by it lives until `empty`.
    func withAllocator<Result>(
        _ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> Result
    ) -> Result {
        unsafe body(allocator)
    }

    /// Makes all of it free again.
    func empty() {
        while unsafe blocks.count > 4, let last = unsafe blocks.popLast() {
            unsafe free(last.start)
        }
        while let large = unsafe blocks.lastIndex(where: { unsafe $0.size > Arena.blockSize }) {
            unsafe free(blocks.remove(at: large).start)
        }
        block = 0
        unsafe next = blocks.first?.start
        left = unsafe blocks.first?.size ?? 0
    }

    /// Returns a piece, aligned for anything; nil when there is no memory.
    private func take(_ size: Int) -> UnsafeMutableRawPointer? {
        let needed = (size + 15) & ~15
        guard size >= 0, needed >= size else { return nil }
        while true {
            if needed <= left, let place = unsafe next {
                unsafe next = place + needed
                left -= needed
                return unsafe place
            }
            if unsafe block + 1 < blocks.count {
                block += 1
            } else {
                let size = max(needed, Arena.blockSize)
                guard let start = unsafe malloc(size) else { return nil }
                unsafe blocks.append(Block(start: start, size: size))
                block = unsafe blocks.count - 1
            }
            unsafe next = blocks[block].start
            left = unsafe blocks[block].size
        }
    }
}
