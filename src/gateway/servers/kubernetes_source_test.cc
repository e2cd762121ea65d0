#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gateway/servers/sources.h"
#include "gateway/servers/testing/fake_kubernetes.h"
#include "gateway/servers/testing/recording_listener.h"

namespace firesteel::gateway {
namespace {

using std::chrono::steady_clock;

class KubernetesSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("firesteel-kubernetes-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    WriteToken("first");
    config_.token_file = folder_ / "token";
    config_.namespace_name = "sjns";
    config_.service = "spark";
    config_.port_name = "connect";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void WriteToken(const std::string& token) { std::ofstream(folder_ / "token") << token << "\n"; }

  void Watch(const FakeKubernetes& api, const std::string& scheme = "http") {
    config_.api_url = fmt::format("{}://127.0.0.1:{}/", scheme, api.port());
    source_ = WatchKubernetes("prod", config_, found_.Receiver());
  }

  std::filesystem::path folder_;
  KubernetesConfig config_;
  RecordedEndpoints found_;
  std::unique_ptr<SourceThread> source_;  // ends before what it reports to
};

TEST_F(KubernetesSourceTest, ListsInPagesAndFollows) {
  FakeKubernetes api;
  api.SetToken("first");
  api.SetSlice("a", {{"10.0.0.1", true}});
  api.SetSlice("b", {{"10.0.0.2", true}, {"10.0.0.3", false}});
  Watch(api);
  EXPECT_TRUE(found_.WaitFor({"10.0.0.1:15002", "10.0.0.2:15002"}));
  ASSERT_TRUE(api.WaitForWatches(1));
  api.SetSlice("c", {{"10.0.0.4", true}});
  EXPECT_TRUE(found_.WaitFor({"10.0.0.1:15002", "10.0.0.2:15002", "10.0.0.4:15002"}));
  api.SetSlice("a", {{"10.0.0.1", false}});
  EXPECT_TRUE(found_.WaitFor({"10.0.0.2:15002", "10.0.0.4:15002"}));
  api.DeleteSlice("b");
  EXPECT_TRUE(found_.WaitFor({"10.0.0.4:15002"}));
  EXPECT_EQ(api.lists(), 1);
}

TEST_F(KubernetesSourceTest, GoesOnWhereTheBookmarkWas) {
  FakeKubernetes api;
  api.SetSlice("a", {{"10.0.0.1", true}});
  Watch(api);
  ASSERT_TRUE(api.WaitForWatches(1));
  EXPECT_EQ(api.watched_from(), "101");
  api.Bookmark();
  const std::string bookmark = api.version();
  // The bookmark travels before the end of the watch: both are of one stream.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  api.Compact(false);
  api.EndWatches(false);
  ASSERT_TRUE(api.WaitForWatches(2));
  EXPECT_EQ(api.watched_from(), bookmark);
  api.SetSlice("a", {{"10.0.0.9", true}});
  EXPECT_TRUE(found_.WaitFor({"10.0.0.9:15002"}));
  EXPECT_EQ(api.lists(), 1) << "a bookmark saves the list";
}

TEST_F(KubernetesSourceTest, ALineThatBreaksOffComesAgain) {
  FakeKubernetes api;
  api.SetSlice("a", {{"10.0.0.1", true}});
  Watch(api);
  ASSERT_TRUE(api.WaitForWatches(1));
  ASSERT_TRUE(found_.WaitFor({"10.0.0.1:15002"}));
  api.EndWatches(true);
  api.SetSlice("a", {{"10.0.0.1", true}, {"10.0.0.2", true}});
  EXPECT_TRUE(found_.WaitFor({"10.0.0.1:15002", "10.0.0.2:15002"}));
  EXPECT_TRUE(api.WaitForWatches(2));
  EXPECT_EQ(api.lists(), 1);
}

TEST_F(KubernetesSourceTest, ListsAnewWhenTheHistoryIsGone) {
  for (const bool by_status : {false, true}) {
    FakeKubernetes api;
    api.SetSlice("a", {{"10.0.0.1", true}});
    Watch(api);
    ASSERT_TRUE(api.WaitForWatches(1));
    ASSERT_TRUE(found_.WaitFor({"10.0.0.1:15002"}));
    // While the watcher cannot ask, everything changes and the history goes.
    api.SetStatus(503);
    api.EndWatches(false);
    ASSERT_TRUE(api.WaitForRefused(1));
    api.DeleteSlice("a");
    api.SetSlice("b", {{"10.0.0.2", true}});
    api.Compact(by_status);
    api.SetStatus(0);
    EXPECT_TRUE(found_.WaitFor({"10.0.0.2:15002"}));
    EXPECT_GE(api.lists(), 2);
    source_.reset();
  }
}

TEST_F(KubernetesSourceTest, ReadsTheTokenAnew) {
  FakeKubernetes api;
  api.SetToken("second");
  api.SetSlice("a", {{"10.0.0.1", true}});
  Watch(api);
  ASSERT_TRUE(api.WaitForRefused(2));
  EXPECT_EQ(found_.count(), 0u);
  WriteToken("second");
  EXPECT_TRUE(found_.WaitFor({"10.0.0.1:15002"}));
}

TEST_F(KubernetesSourceTest, KeepsSilentWhileTheApiFails) {
  auto api = std::make_unique<FakeKubernetes>();
  api->SetSlice("a", {{"10.0.0.1", true}});
  Watch(*api);
  ASSERT_TRUE(found_.WaitFor({"10.0.0.1:15002"}));
  api.reset();
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_EQ(found_.count(), 1u);
}

TEST_F(KubernetesSourceTest, EndsAtOnceWithinAWatch) {
  FakeKubernetes api;
  api.SetSlice("a", {{"10.0.0.1", true}});
  Watch(api);
  ASSERT_TRUE(api.WaitForWatches(1));
  const auto begun = steady_clock::now();
  source_.reset();
  EXPECT_LT(steady_clock::now() - begun, std::chrono::milliseconds(500));
}

TEST_F(KubernetesSourceTest, SendsNoTokenInPlainTextToAnotherMachine) {
  config_.api_url = "http://192.0.2.1:8080";
  const auto begun = steady_clock::now();
  source_ = WatchKubernetes("prod", config_, found_.Receiver());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  source_.reset();
  // A connection to this address, which is nobody's, would be awaited for five seconds.
  EXPECT_LT(steady_clock::now() - begun, std::chrono::milliseconds(1200));
}

/// A certificate for 127.0.0.1 that is its own authority.
class OwnCertificate {
 public:
  OwnCertificate() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509* x = certificate_.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -60);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key_.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("kubernetes"), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    Extend(NID_subject_alt_name, "IP:127.0.0.1");
    Extend(NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(x, key_.get(), EVP_sha256());
  }
  X509* certificate() const { return certificate_.get(); }
  EVP_PKEY* key() const { return key_.get(); }
  void Write(const std::string& path) const {
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
  }

 private:
  void Extend(int kind, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(certificate_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

TEST_F(KubernetesSourceTest, TrustsOnlyItsAuthority) {
  const OwnCertificate own, other;
  FakeKubernetes api(std::make_unique<httplib::SSLServer>(own.certificate(), own.key()));
  api.SetToken("first");
  api.SetSlice("a", {{"10.0.0.1", true}});
  config_.ca_file = folder_ / "ca.crt";
  other.Write(config_.ca_file);
  Watch(api, "https");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(api.lists(), 0);
  // The authority is exchanged, and read anew.
  own.Write(config_.ca_file);
  EXPECT_TRUE(found_.WaitFor({"10.0.0.1:15002"}));
  ASSERT_TRUE(api.WaitForWatches(1));
  api.SetSlice("a", {{"10.0.0.2", true}});
  EXPECT_TRUE(found_.WaitFor({"10.0.0.2:15002"}));
}

}  // namespace
}  // namespace firesteel::gateway
