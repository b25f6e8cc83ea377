import Crypto
import Testing

/// Key stores made by `openssl pkcs12 -export`, with the ciphers of now and of old; the password of
/// both is `changeit`, and each holds one certificate and no key.
@Suite struct KeyStoreTests {
    private static let new = bytes(
        """
        308202970201033082024d06092a864886f70d010701a082023e0482023a308202363082023206092a864886
        f70d010706a08202233082021f0201003082021806092a864886f70d010701305706092a864886f70d01050d
        304a302906092a864886f70d01050c301c0408c016d32ae5e2d57602020800300c06082a864886f70d020905
        00301d060960864801650304012a0410d995ec5a554991ee581c7909d1334c16808201b01da1e8615d4b04cb
        079ebcfde9bd52b046f78cf9129a6aca92ee0f9b9e933c5d539cab38904ca06ce92b4894127ca9159054a314
        28e9f6beaba9212101a248ee2497a34e5517a52454268bbf5906ab7b0a42e720a62f2102182e7c39f8c12140
        bf44e78274dca472d88ed2104b53584eec20f002ff855420aed713a4b089996b994e48f9068e87a0c1ca6aff
        f8888e1bb50a00a57ed883e39dbad298de045e9dd6e72b2171d7e2a962ac714d417b4596df61d59227e35326
        981eed55790fbec4a9bc1f1a1fb3d16902ede53f41409c6541261ccd5c6749fbb09d0d544df3db29f0e3fa57
        eaefa556f4a37c8bfd889cf4c149a6455fe1abf7c0751827e402a37cd945dd325b1979b5ab05f0c3eec2b5ec
        e41c4b393f95f8c326b863cf2be562725130f8593ab896c08a9b0f33c22a4e31a28e16ce5d87c5311379fb72
        8581a4c8fe61100bb8130fb4cd6ec8b4d1a242ba6402e108fb9a20963b5b43d2868a16ad68ed7b351dfbc2a9
        5ffffea6fc8e672f2c14e61ee4bf8ee1391bda1779d4c918fc4ce2302f174f63ce39f45f6184d67128ef7c53
        38804f1ce9c132a6613cc65a6be17d8845306fd67d208fe77b8b359030413031300d06096086480165030402
        0105000420af25377117059fa2d2a4d0a0209ad48815681e0a5d6c25af738c2d3c51ef3283040819495f2e04
        0b04c802020800
        """
    )
    private static let old = bytes(
        """
        308202440201033082020a06092a864886f70d010701a08201fb048201f7308201f3308201ef06092a864886
        f70d010706a08201e0308201dc020100308201d506092a864886f70d010701301c060a2a864886f70d010c01
        06300e040831cb6ab3a364a9be02020800808201a8df9d6acd554a43e9d667fa0dc19bde5fafcb4737cc7e11
        fc9a72f7831de4d057f874e33b6584d3d66e46bec1d0988f20938bb8d7deef7741b8a0c70935aa8e1445caff
        3e6d25e121d6218fe305493f73d4a50a828b3ae2df100e226784eb0043f6138543c90d5c77795ff8edf5a24b
        144c0c1517b0874cb9c45facf7a2ddf7c8e9c6d57e9d9e1e53158e0041d3189733a3cbe7734e27e01a4138f1
        f6552e95a84da78f9fed37688c41eca7c50b57f58707e113570316b7f48393bf6ae2b3efa11784ea1025ecce
        52ebed7c908d2c99c3db42d28cd0fbdad33cffcf54723c8c176009efd050dc30afcafe52c45862e0f8532975
        fc91faf7001824e2deec807817368bd4bf3f73e3b5a652fb504e5fb37413a01dd533408ecc426d6cb1d1ddcc
        e7a8a1efbfe30ecd52542246ef8b65645ef67c487021f7c29f33f50875fa8b1c9f6d50c98b29e71d51176b10
        5f4cd22bd5b92ab619eb0170d1a6bf51b2364b7f30f9e245ee951bf6c7d5ca1c8244f9657b2a74a5076de091
        3fa3e42a96c2425dde5674349d2a28ea1538dd797b61c86bec8e59b188e88206d4661acabc45be034692afdc
        3959be336930313021300906052b0e03021a05000414a313e4906ebda8b7ac03e24477ec805dc5646e3e0408
        a2fe5c77366ab2df02020800
        """
    )

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { index in
            UInt8(digits[index] << 4 | digits[index + 1])
        }
    }

    @Test(arguments: [new, old])
    func certificatesAreReadAsPEM(_ store: [UInt8]) throws {
        let text = try KeyStore.contents(ofPKCS12: store, password: "changeit").certificates
        #expect(text.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(text.hasSuffix("-----END CERTIFICATE-----\n"))
        let other = try KeyStore.contents(ofPKCS12: Self.new, password: "changeit")
        #expect(text == other.certificates)
        #expect(!other.isOld)
        #expect(try KeyStore.contents(ofPKCS12: Self.old, password: "changeit").isOld)
    }

    @Test(arguments: [new, old], ["", "changei", "changeit2"])
    func aWrongPasswordIsTold(_ store: [UInt8], _ password: String) {
        let error = #expect(throws: CryptoError.self) {
            try KeyStore.contents(ofPKCS12: store, password: password)
        }
        #expect(error?.isWrongPassword == true, "\(error?.reason ?? "")")
    }

    @Test func whatIsNoStoreIsRefused() {
        for length in [0, 1, 2, 3, 50, Self.new.count - 1] {
            #expect(throws: CryptoError.self) {
                try KeyStore.contents(
                    ofPKCS12: Array(Self.new.prefix(length)),
                    password: "changeit"
                )
            }
        }
        for index in stride(from: 0, to: Self.new.count, by: 7) {
            var store = Self.new
            store[index] ^= 0x55
            // Whatever comes of it, it ends and it traps nothing.
            _ = try? KeyStore.contents(ofPKCS12: store, password: "changeit")
        }
    }

    @Test func formsAreToldByTheirFirstBytes() {
        #expect(KeyStoreForm(Self.new) == .pkcs12)
        #expect(KeyStoreForm(Self.old) == .pkcs12)
        #expect(KeyStoreForm([0xFE, 0xED, 0xFE, 0xED, 0]) == .java)
        #expect(KeyStoreForm([0xCE, 0xCE, 0xCE, 0xCE]) == .java)
        #expect(KeyStoreForm(Array("# ours\n-----BEGIN CERTIFICATE-----\n".utf8)) == .pem)
        for other in ["", "0", "0=1\n", "text"] {
            #expect(KeyStoreForm(Array(other.utf8)) == nil)
        }
    }
}
