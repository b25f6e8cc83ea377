// libcurl's functions, once it is loaded.

internal import CCurl
import Glibc

/// The functions that are used.
@unsafe struct Curl {
    let easyInit: @convention(c) () -> UnsafeMutableRawPointer?
    let easyCleanup: @convention(c) (UnsafeMutableRawPointer?) -> Void
    let perform: @convention(c) (UnsafeMutableRawPointer?) -> Int32
    let append:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeMutableRawPointer?
    let freeList: @convention(c) (UnsafeMutableRawPointer?) -> Void
    /// `curl_easy_setopt` and `curl_easy_getinfo`, which are called through the shim.
    let setOption: UnsafeMutableRawPointer
    let getInfo: UnsafeMutableRawPointer

    /// Loads the library, if it is not.
    ///
    /// C: `dlopen`, `dlsym`, `curl_global_init`.
    /// - Throws: `HTTPError` where it is not installed.
    static func loaded() throws(HTTPError) -> Curl {
        let missing = HTTPError("libcurl is not installed", hint: "apt-get install libcurl4")
        guard let library = unsafe dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL) else {
            throw missing
        }
        func find(_ name: String) throws(HTTPError) -> UnsafeMutableRawPointer {
            guard let address = unsafe dlsym(library, name) else { throw missing }
            return unsafe address
        }
        typealias Start = @convention(c) (Int) -> Int32
        let start = unsafe unsafeBitCast(try find("curl_global_init"), to: Start.self)
        _ = start(KCTL_CURL_GLOBAL_DEFAULT)
        return unsafe Curl(
            easyInit: unsafeBitCast(
                try find("curl_easy_init"),
                to: (@convention(c) () -> UnsafeMutableRawPointer?).self
            ),
            easyCleanup: unsafeBitCast(
                try find("curl_easy_cleanup"),
                to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self
            ),
            perform: unsafeBitCast(
                try find("curl_easy_perform"),
                to: (@convention(c) (UnsafeMutableRawPointer?) -> Int32).self
            ),
            append: unsafeBitCast(
                try find("curl_slist_append"),
                to: (@convention(c) (
                    UnsafeMutableRawPointer?, UnsafePointer<CChar>?
                ) -> UnsafeMutableRawPointer?).self
            ),
            freeList: unsafeBitCast(
                try find("curl_slist_free_all"),
                to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self
            ),
            setOption: try find("curl_easy_setopt"),
            getInfo: try find("curl_easy_getinfo")
        )
    }
}
