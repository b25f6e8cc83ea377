// What users log in with by SCRAM, which librdkafka handles from 2.2 on.
// Its functions are found at run time.

internal import CRdkafka

/// The mechanism by which a password is proved; the numbers are Kafka's.
public enum ScramMechanism: Int32, CaseIterable, Sendable {
    /// One that the library in use does not know.
    case unknown = 0
    /// `SCRAM-SHA-256`.
    case sha256 = 1
    /// `SCRAM-SHA-512`.
    case sha512 = 2
}

/// A credential a user can log in with; the password itself is nowhere.
public struct ScramCredential: Hashable, Sendable {
    /// The user.
    public let user: String
    /// The mechanism.
    public let mechanism: ScramMechanism
    /// The number of times the password is hashed.
    public let iterations: Int32

    /// Describes a credential.
    public init(_ user: String, _ mechanism: ScramMechanism, iterations: Int32) {
        self.user = user
        self.mechanism = mechanism
        self.iterations = iterations
    }
}

extension Admin {
    /// Returns the credentials users can log in with, by user; all users when none is named.
    ///
    /// C: `rd_kafka_DescribeUserScramCredentials`, librdkafka 2.2 or newer.
    /// - Throws: `KafkaError`, of kind `unsupported` with an older library.
    public func scramCredentials(
        of users: [String]
    ) throws(KafkaError) -> [(user: String, result: Result<[ScramCredential], KafkaError>)] {
        let library = try scramFunctions("DescribeUserScramCredentials")
        var names = unsafe CStrings.copies(of: users)
        defer { unsafe CStrings.free(names) }
        return try unsafe call(
            ScramFunctions.describeOperation,
            waitForCompletion: false,
            hasFaultyErrors: true,
            submit: { options, queue in
                let count = unsafe names.count
                if count == 0 {
                    unsafe library.describe(client.raw, nil, 0, options, queue)
                } else {
                    unsafe library.describe(client.raw, &names, count, options, queue)
                }
            },
            read: { event in
                var count = 0
                let answers = unsafe library.descriptions(library.described(event), &count)
                return (0..<count).compactMap { index in
                    guard let answer = unsafe answers?[index],
                        let name = unsafe library.user(answer)
                    else { return nil }
                    let user = unsafe String(cString: name)
                    if let error = unsafe Self.error(library.error(answer)) {
                        return (user, .failure(error))
                    }
                    return unsafe (user, .success(library.credentials(answer, of: user)))
                }
            }
        )
    }

    /// Gives a user a password for a mechanism, in place of the one there may be.
    ///
    /// The library makes a salt and sends hashes. C: `rd_kafka_AlterUserScramCredentials`,
    /// librdkafka 2.2 or newer.
    /// - Throws: `KafkaError`, of kind `unsupported` with an older library.
    public func setPassword(
        _ password: [UInt8],
        as credential: ScramCredential
    ) throws(KafkaError) {
        let library = try scramFunctions("AlterUserScramCredentials")
        let request = unsafe library.upsertion(
            credential.user,
            credential.mechanism.rawValue,
            credential.iterations,
            password,
            password.count,
            nil,
            0
        )
        guard let request = unsafe request else {
            throw KafkaError(.other, "no request for a user's password")
        }
        let failures = unsafe try alter([request], library)
        if let error = failures[credential.user] { throw error }
    }

    /// Takes credentials away; why not, by user.
    ///
    /// C: `rd_kafka_AlterUserScramCredentials`, librdkafka 2.2 or newer.
    /// - Throws: `KafkaError`, of kind `unsupported` with an older library.
    public func delete(
        _ credentials: [ScramCredential]
    ) throws(KafkaError) -> [String: KafkaError] {
        let library = try scramFunctions("AlterUserScramCredentials")
        let requests: [OpaquePointer?] = unsafe credentials.map {
            unsafe library.deletion($0.user, $0.mechanism.rawValue)
        }
        return unsafe try alter(requests, library)
    }

    /// Sends and frees the requests; why one was not followed, by user.
    private func alter(
        _ requests: [OpaquePointer?],
        _ library: ScramFunctions
    ) throws(KafkaError) -> [String: KafkaError] {
        var requests = unsafe requests
        defer {
            unsafe requests.forEach { request in
                if let request = unsafe request { unsafe library.destroy(request) }
            }
        }
        let count = unsafe requests.count
        return try unsafe call(
            ScramFunctions.alterOperation,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe library.alter(client.raw, &requests, count, options, queue)
            },
            read: { event in
                var failures: [String: KafkaError] = [:]
                var count = 0
                let answers = unsafe library.responses(library.altered(event), &count)
                for index in 0..<count {
                    guard let answer = unsafe answers?[index],
                        let user = unsafe library.responseUser(answer),
                        let error = unsafe Self.error(library.responseError(answer))
                    else { continue }
                    unsafe failures[String(cString: user)] = error
                }
                return failures
            }
        )
    }

    private func scramFunctions(_ call: String) throws(KafkaError) -> ScramFunctions {
        try Features.require(.scramCredentials)
        try requireRealCluster(call)
        guard let library = ScramFunctions() else {
            throw KafkaError(.unsupported, "this librdkafka lacks the functions for SCRAM users")
        }
        return library
    }
}

/// The functions of librdkafka 2.2 for SCRAM credentials, with the types of its header.
@safe private struct ScramFunctions {
    /// `RD_KAFKA_ADMIN_OP_DESCRIBEUSERSCRAMCREDENTIALS`, which the header that kctl is built with
    /// lacks.
    static let describeOperation = rd_kafka_admin_op_t(rawValue: 17)
    /// `RD_KAFKA_ADMIN_OP_ALTERUSERSCRAMCREDENTIALS`.
    static let alterOperation = rd_kafka_admin_op_t(rawValue: 18)

    typealias Text = UnsafePointer<CChar>
    typealias Texts = UnsafeMutablePointer<Text?>
    typealias Objects = UnsafeMutablePointer<OpaquePointer?>
    typealias Describe =
        @convention(c) (OpaquePointer, Texts?, Int, OpaquePointer, OpaquePointer) -> Void
    typealias Alter =
        @convention(c) (OpaquePointer, Objects, Int, OpaquePointer, OpaquePointer) -> Void
    typealias Part = @convention(c) (OpaquePointer) -> OpaquePointer?
    typealias Answers =
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int>) -> Objects?
    typealias Name = @convention(c) (OpaquePointer) -> Text?
    typealias Count = @convention(c) (OpaquePointer) -> Int
    typealias Element = @convention(c) (OpaquePointer, Int) -> OpaquePointer?
    typealias Number = @convention(c) (OpaquePointer) -> Int32
    typealias Upsertion =
        @convention(c) (
            Text, Int32, Int32, UnsafePointer<UInt8>, Int, UnsafePointer<UInt8>?, Int
        ) -> OpaquePointer?
    typealias Deletion = @convention(c) (Text, Int32) -> OpaquePointer?
    typealias Destroy = @convention(c) (OpaquePointer) -> Void

    let describe: Describe
    let described: Part
    let descriptions: Answers
    let user: Name
    let error: Part
    let count: Count
    let element: Element
    let mechanism: Number
    let iterations: Number
    let upsertion: Upsertion
    let deletion: Deletion
    let destroy: Destroy
    let alter: Alter
    let altered: Part
    let responses: Answers
    let responseUser: Name
    let responseError: Part

    init?() {
        func find<Function>(_ name: String, _ type: Function.Type) -> Function? {
            Features.function("rd_kafka_" + name, as: type)
        }
        let description = "UserScramCredentialsDescription_"
        let response = "AlterUserScramCredentials_result_response"
        guard
            let describe = unsafe find("DescribeUserScramCredentials", Describe.self),
            let described = unsafe find("event_DescribeUserScramCredentials_result", Part.self),
            let descriptions = unsafe find(
                "DescribeUserScramCredentials_result_descriptions",
                Answers.self
            ),
            let user = unsafe find(description + "user", Name.self),
            let error = unsafe find(description + "error", Part.self),
            let count = unsafe find(description + "scramcredentialinfo_count", Count.self),
            let element = unsafe find(description + "scramcredentialinfo", Element.self),
            let mechanism = unsafe find("ScramCredentialInfo_mechanism", Number.self),
            let iterations = unsafe find("ScramCredentialInfo_iterations", Number.self),
            let upsertion = unsafe find("UserScramCredentialUpsertion_new", Upsertion.self),
            let deletion = unsafe find("UserScramCredentialDeletion_new", Deletion.self),
            let destroy = unsafe find("UserScramCredentialAlteration_destroy", Destroy.self),
            let alter = unsafe find("AlterUserScramCredentials", Alter.self),
            let altered = unsafe find("event_AlterUserScramCredentials_result", Part.self),
            let responses = unsafe find(response + "s", Answers.self),
            let responseUser = unsafe find(response + "_user", Name.self),
            let responseError = unsafe find(response + "_error", Part.self)
        else { return nil }
        unsafe self.describe = unsafe describe
        unsafe self.described = unsafe described
        unsafe self.descriptions = unsafe descriptions
        unsafe self.user = unsafe user
        unsafe self.error = unsafe error
        unsafe self.count = unsafe count
        unsafe self.element = unsafe element
        unsafe self.mechanism = unsafe mechanism
        unsafe self.iterations = unsafe iterations
        unsafe self.upsertion = unsafe upsertion
        unsafe self.deletion = unsafe deletion
        unsafe self.destroy = unsafe destroy
        unsafe self.alter = unsafe alter
        unsafe self.altered = unsafe altered
        unsafe self.responses = unsafe responses
        unsafe self.responseUser = unsafe responseUser
        unsafe self.responseError = unsafe responseError
    }

    /// Returns the credentials of a description.
    func credentials(_ description: OpaquePointer, of user: String) -> [ScramCredential] {
        let total = unsafe count(description)
        return (0..<total).compactMap { index in
            guard let info = unsafe element(description, index) else { return nil }
            return unsafe ScramCredential(
                user,
                ScramMechanism(rawValue: mechanism(info)) ?? .unknown,
                iterations: iterations(info)
            )
        }
        .sorted { $0.mechanism.rawValue < $1.mechanism.rawValue }
    }
}
