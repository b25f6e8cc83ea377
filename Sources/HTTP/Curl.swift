// libcurl's functions, once it is loaded.

internal import CCurl
import Glibc

/// The functions that are used.
@unsafe struct Curl {
    let easyInit: @convention(c) () -> UnsafeMutableRawPointer?
    let easyCleanup: @convention(c) (UnsafeMutableRawPointer?) -> Void
    let append:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeMutableRawPointer?
    let freeList: @convention(c) (UnsafeMutableRawPointer?) -> Void
    let multiInit: @convention(c) () -> UnsafeMutableRawPointer?
    let multiCleanup: @convention(c) (UnsafeMutableRawPointer?) -> Int32
    let multiAdd: Pair
    let multiRemove: Pair
    /// `curl_multi_perform`: how many transfers still run is written behind the pointer.
    let perform: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?) -> Int32
    /// `curl_multi_wait`, with no descriptors but libcurl's own.
    let wait:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UInt32, Int32,
            UnsafeMutablePointer<Int32>?
        ) -> Int32
    /// `curl_multi_info_read`.
    let next:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?)
            -> UnsafeMutableRawPointer?
    /// `curl_easy_setopt` and `curl_easy_getinfo`, which are called through the shim.
    let setOption: UnsafeMutableRawPointer
    let getInfo: UnsafeMutableRawPointer

    typealias Pair =
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Int32

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
            multiInit: unsafeBitCast(
                try find("curl_multi_init"),
                to: (@convention(c) () -> UnsafeMutableRawPointer?).self
            ),
            multiCleanup: unsafeBitCast(
                try find("curl_multi_cleanup"),
                to: (@convention(c) (UnsafeMutableRawPointer?) -> Int32).self
            ),
            multiAdd: unsafeBitCast(try find("curl_multi_add_handle"), to: Pair.self),
            multiRemove: unsafeBitCast(try find("curl_multi_remove_handle"), to: Pair.self),
            perform: unsafeBitCast(
                try find("curl_multi_perform"),
                to: (@convention(c) (
                    UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?
                ) -> Int32).self
            ),
            wait: unsafeBitCast(
                try find("curl_multi_wait"),
                to: (@convention(c) (
                    UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UInt32, Int32,
                    UnsafeMutablePointer<Int32>?
                ) -> Int32).self
            ),
            next: unsafeBitCast(
                try find("curl_multi_info_read"),
                to: (@convention(c) (
                    UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?
                ) -> UnsafeMutableRawPointer?).self
            ),
            setOption: try find("curl_easy_setopt"),
            getInfo: try find("curl_easy_getinfo")
        )
    }
}
