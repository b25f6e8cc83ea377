/* The part of OpenSSL's libcrypto that kctl uses; imported by Crypto alone. */
#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
