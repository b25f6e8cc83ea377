// libcurl's functions, once it is loaded.

internal import CCurl
import Glibc

/// The functions that are used.
@unsafe struct Curl {
    typealias Handle = UnsafeMutableRawPointer
    typealias Make = @convention(c) () -> Handle?
    typealias Free = @convention(c) (Handle?) -> Void
    typealias End = @convention(c) (Handle?) -> Int32
    typealias Pair = @convention(c) (Handle?, Handle?) -> Int32
    typealias Append = @convention(c) (Handle?, UnsafePointer<CChar>?) -> Handle?
    typealias Perform = @convention(c) (Handle?, UnsafeMutablePointer<Int32>?) -> Int32
    typealias Wait =
        @convention(c) (Handle?, Handle?, UInt32, Int32, UnsafeMutablePointer<Int32>?) -> Int32
    typealias Next = @convention(c) (Handle?, UnsafeMutablePointer<Int32>?) -> Handle?

    let easyInit: Make
    let easyCleanup: Free
    let append: Append
    let freeList: Free
    let multiInit: Make
    let multiCleanup: End
    let multiAdd: Pair
    let multiRemove: Pair
    /// `curl_multi_perform`: how many transfers still run is written behind the pointer.
    let perform: Perform
    /// `curl_multi_wait`, with no descriptors but libcurl's own.
    let wait: Wait
    /// `curl_multi_info_read`.
    let next: Next
    /// `curl_easy_setopt` and `curl_easy_getinfo`, which are called through the shim.
    let setOption: Handle
    let getInfo: Handle

    /// Loads the library, if it is not.
    ///
    /// C: `dlopen`, `dlsym`, `curl_global_init`.
    /// - Throws: `HTTPError` where it is not installed.
    static func loaded() throws(HTTPError) -> Curl {
        let missing = HTTPError("libcurl is not installed", hint: "apt-get install libcurl4")
        guard let library = unsafe dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL) else {
            throw missing
        }
        func find(_ name: String) throws(HTTPError) -> Handle {
            guard let address = unsafe dlsym(library, "curl_" + name) else { throw missing }
            return unsafe address
        }
        typealias Start = @convention(c) (Int) -> Int32
        let start = unsafe unsafeBitCast(try find("global_init"), to: Start.self)
        _ = start(KCTL_CURL_GLOBAL_DEFAULT)
        return unsafe Curl(
            easyInit: unsafeBitCast(try find("easy_init"), to: Make.self),
            easyCleanup: unsafeBitCast(try find("easy_cleanup"), to: Free.self),
            append: unsafeBitCast(try find("slist_append"), to: Append.self),
            freeList: unsafeBitCast(try find("slist_free_all"), to: Free.self),
            multiInit: unsafeBitCast(try find("multi_init"), to: Make.self),
            multiCleanup: unsafeBitCast(try find("multi_cleanup"), to: End.self),
            multiAdd: unsafeBitCast(try find("multi_add_handle"), to: Pair.self),
            multiRemove: unsafeBitCast(try find("multi_remove_handle"), to: Pair.self),
            perform: unsafeBitCast(try find("multi_perform"), to: Perform.self),
            wait: unsafeBitCast(try find("multi_wait"), to: Wait.self),
            next: unsafeBitCast(try find("multi_info_read"), to: Next.self),
            setOption: try find("easy_setopt"),
            getInfo: try find("easy_getinfo")
        )
    }
}
