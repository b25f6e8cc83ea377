/* The part of OpenSSL's libssl that kctl uses; imported by Probe alone.
   What is a macro in OpenSSL has a function here. */
#pragma once
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int kctl_ssl_set_server_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline int kctl_ssl_add_chain(SSL_CTX *context, X509 *certificate) {
  return (int)SSL_CTX_add_extra_chain_cert(context, certificate);
}

/* The errno of an error of the system; 0 for OpenSSL's own. */
static inline int kctl_err_system(unsigned long code) {
  return ERR_SYSTEM_ERROR(code) ? ERR_GET_REASON(code) : 0;
}

/* The number of a reason of libssl; 0 for an error of another part. */
static inline int kctl_err_ssl_reason(unsigned long code) {
  return ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
}

static inline int kctl_x509_name_print(BIO *target, X509_NAME *name) {
  return X509_NAME_print_ex(target, name, 0, XN_FLAG_RFC2253);
}
