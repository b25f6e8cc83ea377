// A server that gives tokens for a name and a secret, as an identity provider does.

import Glibc
import Testing

/// A token server on loopback, gone with the value.
final class TokenServer {
    let url: String
    private let program: Program
    private let folder: TemporaryFolder

    /// `lifetime`: how many seconds a token is valid; `use`: after how many a newer one is to be asked for,
    /// if that is sooner.
    init(lifetime: Int, use: Int? = nil) throws {
        folder = try TemporaryFolder()
        let script = try folder.file("server.py", Self.script)
        program = try Program(
            ["python3", script, "\(lifetime)", "\(use ?? lifetime)"],
            input: .held,
            environment: ["PATH": Kctl.variable("PATH") ?? "/usr/bin:/bin"],
            within: .seconds(120)
        )
        program.wait("a port", until: { $0.lineCount > 0 })
        let line = String(decoding: program.output, as: UTF8.self)
        url = "http://127.0.0.1:\(line.split(separator: "\n").first ?? "")/token"
    }

    /// How many tokens have been given.
    var given: Int { lines("given") }

    /// Has the server take requests and answer none from now on.
    func stall() { program.send("stall\n") }

    /// How many requests will never be answered.
    var stalled: Int { lines("stalled") }

    private func lines(_ word: String) -> Int {
        program.look()
        return String(decoding: program.output, as: UTF8.self).split(separator: "\n")
            .filter { $0 == word }.count
    }

    deinit {
        program.signal(SIGKILL)
        _ = program.finish()
    }

    private static let script = """
        import base64, http.server, json, sys, threading, time

        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        stall = threading.Event()
        known = "Basic " + base64.b64encode(b"reader:let-me-in").decode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                if stall.is_set():
                    print("stalled", flush=True)
                    threading.Event().wait()
                form = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                is_known = self.headers.get("Authorization") == known
                if is_known and form == "grant_type=client_credentials&scope=a%20b":
                    now = int(time.time())
                    claims = {"sub": "reader", "iat": now, "exp": now + int(sys.argv[1])}
                    token = part({"alg": "none"}) + "." + part(claims) + "."
                    status, answer = 200, {"access_token": token, "token_type": "Bearer"}
                    answer["expires_in"] = int(sys.argv[2])
                    print("given", flush=True)
                else:
                    status, answer = 401, {"error_description": "unknown client"}
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1], flush=True)

        def listen():
            if sys.stdin.readline():
                stall.set()

        threading.Thread(target=listen, daemon=True).start()
        server.serve_forever()

        """
}
