/* libcurl as kctl calls it; imported by HTTP alone.
   The library is loaded on first use, because linking it would cost every start several milliseconds, so its functions are pointers here; those
   that take any number of arguments are called through a function each for what is passed. The
   numbers are of libcurl's stable interface (curl/curl.h of 7.10 and later). */
#pragma once
#include <stddef.h>

enum {
  KCTL_CURLOPT_WRITEDATA = 10001,
  KCTL_CURLOPT_URL = 10002,
  KCTL_CURLOPT_USERPWD = 10005,
  KCTL_CURLOPT_ERRORBUFFER = 10010,
  KCTL_CURLOPT_COPYPOSTFIELDS = 10165,
  KCTL_CURLOPT_HTTPHEADER = 10023,
  KCTL_CURLOPT_POSTFIELDSIZE = 60,
  KCTL_CURLOPT_CAINFO = 10065,
  KCTL_CURLOPT_NOSIGNAL = 99,
  KCTL_CURLOPT_TIMEOUT_MS = 155,
  KCTL_CURLOPT_WRITEFUNCTION = 20011,
  KCTL_CURLOPT_PROTOCOLS = 181,
  KCTL_CURLOPT_QUICK_EXIT = 322,
  KCTL_CURLPROTO_HTTP_AND_HTTPS = 3,
  KCTL_CURLINFO_RESPONSE_CODE = 0x200002,
  KCTL_CURL_GLOBAL_DEFAULT = 3,
};

typedef int (*kctl_curl_setopt)(void *, int, ...);
typedef int (*kctl_curl_getinfo)(void *, int, ...);
typedef size_t (*kctl_curl_writer)(char *, size_t, size_t, void *);

static inline int kctl_curl_set_long(void *call, void *handle, int option, long value) {
  return ((kctl_curl_setopt)call)(handle, option, value);
}

static inline int kctl_curl_set_pointer(void *call, void *handle, int option, const void *value) {
  return ((kctl_curl_setopt)call)(handle, option, value);
}

static inline int kctl_curl_set_writer(void *call, void *handle, kctl_curl_writer writer) {
  return ((kctl_curl_setopt)call)(handle, KCTL_CURLOPT_WRITEFUNCTION, writer);
}

/* What curl_multi_info_read gives. */
struct kctl_curl_message {
  int kind;
  void *easy;
  union {
    void *any;
    int result;
  } data;
};

/* How a transfer ended; -1 when the message says something else. */
static inline int kctl_curl_result(const void *message) {
  const struct kctl_curl_message *done = message;
  return done->kind == 1 ? done->data.result : -1;
}

static inline long kctl_curl_status(void *call, void *handle) {
  long status = 0;
  ((kctl_curl_getinfo)call)(handle, KCTL_CURLINFO_RESPONSE_CODE, &status);
  return status;
}
