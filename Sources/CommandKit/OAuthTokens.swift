// Where tokens of OAUTHBEARER come from.
// A file, or a server that gives them for a name and a secret (OpenID Connect's client
// credentials). Debian's librdkafka is built without that, and others report what is wrong later
// and in other words.

import HTTP
import JSON
package import KafkaCore
import Output
package import Reactor
package import Settings

/// The source of a client's tokens.
package struct OAuthTokens {
    /// The properties that the library no longer gets when kctl fetches the tokens.
    package static let properties: Set<String> = [
        "sasl.oauthbearer.method", "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.scope", "sasl.oauthbearer.extensions",
        "sasl.oauthbearer.token.endpoint.url",
    ]

    /// Other ways to a token than a client's name and secret.
    private static let others = [
        "sasl.oauthbearer.grant.type", "sasl.oauthbearer.metadata.authentication.type",
    ]

    private let settings: ClusterSettings
    private let place: String
    /// The place as it may be printed.
    private var shownPlace: String { URLText.address(place) }
    private let timeout: Duration
    private let clock: any Clock

    /// Makes a source; nil when the settings ask for none, or ones that only the library knows how to get.
    ///
    /// - Throws: `SettingsError` when OAUTHBEARER is wanted without a source.
    package init?(
        _ settings: ClusterSettings,
        timeout: Duration,
        clock: any Clock
    ) throws(SettingsError) {
        let security = settings["security.protocol"]?.value.lowercased() ?? ""
        guard security.hasPrefix("sasl"), let mechanism = settings["sasl.mechanism"],
            mechanism.value.uppercased() == "OAUTHBEARER",
            settings["enable.sasl.oauthbearer.unsecure.jwt"]?.value != "true"
        else { return nil }
        let names = "sasl.oauthbearer.token.endpoint.url"
        guard let place = settings[names] else {
            throw SettingsError(
                "sasl.mechanism=OAUTHBEARER needs \(names)",
                origin: mechanism.origin,
                hint: "file:///PATH of a token, or https://… with sasl.oauthbearer.method=oidc"
            )
        }
        if !place.value.hasPrefix("file:") {
            // What only the library can do, if it can.
            if Self.others.contains(where: { settings[$0] != nil }) { return nil }
            for name in ["sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret"]
            where settings[name] == nil {
                throw SettingsError("\(names) needs \(name)", origin: place.origin)
            }
        }
        self.settings = settings
        self.place = place.value
        self.timeout = timeout
        self.clock = clock
    }

    /// Begins to fetch a token: a file's is there at once, a server's comes in steps.
    package func fetch() -> TokenFetch {
        do throws(TokenError) {
            guard isRemote else {
                let token = try token(in: try read())
                return { _ in .success(token) }
            }
            let transfer = try ask()
            return { wait in
                do throws(TokenError) {
                    guard let answer = try answer(of: transfer, wait) else { return nil }
                    var token = try token(in: answer.text)
                    if let expires = answer.expires { token.expires = min(token.expires, expires) }
                    return .success(token)
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            return { _ in .failure(error) }
        }
    }

    private var isRemote: Bool { !place.hasPrefix("file:") }

    private func token(in text: String) throws(TokenError) -> LoginToken {
        guard let token = Self.token(text, extensions) else {
            throw TokenError("the answer of \(shownPlace) is not a token (a JWT with exp and sub)")
        }
        return token
    }

    private var extensions: [(name: String, value: String)] {
        let text = settings["sasl.oauthbearer.extensions"]?.value ?? ""
        return text.split(separator: ",").compactMap { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }

    private func read() throws(TokenError) -> String {
        var path = place.dropFirst("file:".count)
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        let read: GuardedRead
        do { read = try Files.readRegular(String(path), limit: 1 << 20) } catch {
            throw TokenError("no token in '\(path)': \(error.reason)")
        }
        guard case .bytes(let bytes, _) = read else {
            guard case .refused(let reason) = read else { throw TokenError("no token") }
            throw TokenError("no token in '\(path)': it \(reason)")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return String(text.filter { !$0.isWhitespace })
    }

    private func ask() throws(TokenError) -> HTTPTransfer {
        var request = HTTPRequest(url: place)
        request.credentials = (
            settings["sasl.oauthbearer.client.id"]?.value ?? "",
            settings["sasl.oauthbearer.client.secret"]?.value ?? ""
        )
        request.headers = [
            ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
        ]
        request.authorityPath = settings["https.ca.location"]?.value
        var form = "grant_type=client_credentials"
        if let scope = settings["sasl.oauthbearer.scope"]?.value {
            form += "&scope=" + Self.encoded(scope)
        }
        request.body = Array(form.utf8)
        do { return try HTTPTransfer(request, timeout: timeout) } catch { throw failure(error) }
    }

    /// Returns the token in a server's answer, and until when the server means it to be used, where
    /// it says so (milliseconds since 1970); nil while there is none.
    private func answer(
        of transfer: HTTPTransfer,
        _ wait: Duration
    ) throws(TokenError) -> (text: String, expires: Int64?)? {
        let answer: HTTPAnswer
        do {
            guard let found = try transfer.step(waiting: wait) else { return nil }
            answer = found
        } catch {
            throw failure(error)
        }
        let json = try? JSONValue(parsing: String(decoding: answer.body, as: UTF8.self))
        guard answer.status == 200, let token = json?["access_token"]?.string else {
            // `error` and `error_description` are the standard's (RFC 6749, 5.2).
            let reason = json?["error_description"]?.string ?? json?["error"]?.string
            let detail = reason.map { ": \($0)" } ?? ""
            throw TokenError("no token from \(shownPlace): status \(answer.status)\(detail)")
        }
        let lifetime = json?["expires_in"]?.int64.flatMap {
            (1...1_000_000_000).contains($0) ? $0 : nil
        }
        return (token, lifetime.map { clock.unixMilliseconds + $0 * 1000 })
    }

    private func failure(_ error: HTTPError) -> TokenError {
        let hint = error.hint.map { " (\($0))" } ?? ""
        return TokenError(
            "no token from \(shownPlace): \(URLText.reduced(error.reason))\(hint)"
        )
    }

    /// Returns text as it stands in a form.
    private static func encoded(_ text: String) -> String {
        var made = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                made.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                made += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return made
    }

    /// Returns what a JSON web token says of itself; its signature is for the broker to check.
    static func token(
        _ text: String,
        _ extensions: [(name: String, value: String)] = []
    ) -> LoginToken? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        // The two digits that differ in a token from those of other Base64.
        let encoded = parts[1].utf8.map { byte in
            byte == UInt8(ascii: "-")
                ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }
        var decoded = ByteBuffer()
        guard decoded.appendDecodedUnpaddedBase64(encoded.span.bytes) else { return nil }
        let claimText = decoded.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        guard let claims = try? JSONValue(parsing: claimText),
            let expires = claims["exp"]?.int64, (1...253_402_300_799).contains(expires),
            let subject = claims["sub"]?.string, !subject.isEmpty
        else { return nil }
        return LoginToken(
            text,
            principal: subject,
            expires: expires * 1000,
            extensions: extensions
        )
    }
}
