/* The part of OpenSSL's libcrypto that kctl uses; imported by Crypto alone. */
#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/pkcs12err.h>
#include <openssl/x509.h>

/* What is a macro in OpenSSL has a function here. */
static inline int kctl_err_is_wrong_mac(unsigned long code) {
  return ERR_GET_LIB(code) == ERR_LIB_PKCS12 &&
         ERR_GET_REASON(code) == PKCS12_R_MAC_VERIFY_FAILURE;
}
