// Digests against the vectors of NIST (FIPS 180-2, appendix B), and how they are put together.

import Testing

@testable import Crypto

struct SHA256Tests {
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    private static let twoBlocks =
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    private static let million = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

    private func hex(_ text: String) throws -> String {
        var hash = try SHA256()
        hash.update(Array(text.utf8).span.bytes)
        return try hash.hex()
    }

    @Test(arguments: [
        ("", empty), ("abc", abc),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", twoBlocks),
    ])
    func digestsOfTheStandard(text: String, digest: String) throws {
        #expect(try hex(text) == digest)
    }

    @Test func nothingAtAllIsTheDigestOfTheEmptyText() throws {
        let hash = try SHA256()
        let digest = try hash.hex()
        #expect(digest == Self.empty)
    }

    // 1, 2, 3, … bytes at a time: pieces that meet the hash's blocks of 64 at every offset.
    @Test func aMillionLettersInPiecesOfAllSizes() throws {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 2_000)
        var hash = try SHA256()
        var left = 1_000_000
        var size = 1
        while left > 0 {
            let piece = min(size, left)
            hash.update(letters.span.bytes.extracting(0..<piece))
            left -= piece
            size += 1
        }
        let digest = try hash.hex()
        #expect(digest == Self.million)
    }

    @Test func theDigestIsThirtyTwoBytes() throws {
        var hash = try SHA256()
        hash.update(Array("abc".utf8).span.bytes)
        let digest = try hash.finish()
        #expect(digest.count == SHA256.digestSize)
        #expect(digest.prefix(4) == [0xba, 0x78, 0x16, 0xbf])
        #expect(digest.last == 0xad)
    }

    @Test func oneThatIsGivenUpIsFreed() throws {
        for _ in 0..<1_000 {
            var hash = try SHA256()
            hash.update(([1, 2, 3] as [UInt8]).span.bytes)
        }
    }
}

struct CryptoErrorTests {
    @Test func onlyOneIsSuccess() throws {
        try check("EVP_DigestUpdate", 1)
        let expected = CryptoError(call: "EVP_DigestUpdate", reason: "no reason given")
        for status: Int32 in [0, -1, 2] {
            #expect(throws: expected) { try check("EVP_DigestUpdate", status) }
        }
    }
}
