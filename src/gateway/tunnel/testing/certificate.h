#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace firesteel::gateway::testing {

/// A certificate that signs itself, valid for an hour from now, with its key, in two PEM files.
class NamedCertificate {
 public:
  /// `name`: a subject alternative name, "DNS:localhost" or "IP:127.0.0.1".
  explicit NamedCertificate(const std::string& name) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), &X509_free);
    X509_set_version(x509.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("firesteel test"), -1, -1, 0);
    X509_set_issuer_name(x509.get(), X509_get_subject_name(x509.get()));
    X509_set_pubkey(x509.get(), key.get());
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
    X509_add_ext(x509.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x509.get(), key.get(), EVP_sha256());
    Write(certificate_, [&](FILE* file) { PEM_write_X509(file, x509.get()); });
    Write(key_, [&](FILE* file) { PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
  ~NamedCertificate() {
    ::unlink(certificate_.c_str());
    ::unlink(key_.c_str());
  }
  NamedCertificate(const NamedCertificate&) = delete;
  NamedCertificate& operator=(const NamedCertificate&) = delete;

  const std::string& certificate_file() const { return certificate_; }
  const std::string& key_file() const { return key_; }

 private:
  template <class Writer>
  static void Write(std::string& path, const Writer& write) {
    path = ::testing::TempDir() + "firesteel-pem-XXXXXX";
    FILE* file = ::fdopen(::mkstemp(path.data()), "w");
    write(file);
    std::fclose(file);
  }

  std::string certificate_, key_;
};

}  // namespace firesteel::gateway::testing
