#include "session/artifacts/artifact_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

namespace fs = std::filesystem;

/// The bytes of a tar archive with one file.
std::string Tar(const std::string& name, const std::string& contents) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  auto number = [&](size_t offset, int digits, size_t value) {
    char text[16];
    const int size = std::snprintf(text, sizeof text, "%0*zo", digits, value);
    header.replace(offset, static_cast<size_t>(size), text);
  };
  number(100, 7, 0644);
  number(124, 11, contents.size());
  header.replace(148, 8, 8, ' ');
  header[156] = '0';
  header.replace(257, 5, "ustar");
  header.replace(263, 2, "00");
  size_t sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  number(148, 6, sum);
  header[154] = '\0';
  std::string padded = contents;
  padded.resize((contents.size() + 511) / 512 * 512);
  return header + padded + std::string(1024, '\0');
}

class ArtifactStoreTest : public testing::Test {
 protected:
  ~ArtifactStoreTest() override { fs::remove_all(root_); }

  static std::string NewFolder() {
    std::string name = "/tmp/firesteel-artifacts-XXXXXX";
    return ::mkdtemp(name.data());
  }

  using Sent = std::vector<std::pair<std::string, std::string>>;

  /// Sends artifacts in one stream; the condition or Java class of the error, or "".
  static std::string Send(ArtifactStore& store, const Sent& sent) {
    try {
      std::vector<std::unique_ptr<StagedArtifact>> staged;
      for (const auto& [name, contents] : sent) {
        staged.push_back(store.Stage(ParseArtifactName(name)));
        staged.back()->Append(contents);
      }
      store.Commit(std::move(staged));
      return "";
    } catch (const QueryError& error) {
      return error.condition();
    } catch (const JavaError& error) {
      return error.java_class();
    }
  }

  static std::string Read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// Files of all sessions, by path below the session's folder; the folder of what is being sent apart.
  size_t FilesOnDisk() const {
    size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) files += entry.is_regular_file() ? 1 : 0;
    return files;
  }

  const std::string root_ = NewFolder();
  ArtifactStore store_{root_ + "/sessions", "id"};
};

TEST_F(ArtifactStoreTest, MakesItsFolderAtTheFirstNeedAndRemovesIt) {
  EXPECT_FALSE(fs::exists(root_ + "/sessions"));
  EXPECT_EQ(store_.FindCached("h"), nullptr);
  EXPECT_EQ(Send(store_, {{"files/a", "A"}}), "");
  EXPECT_EQ(FilesOnDisk(), 1u);
  EXPECT_EQ(store_.size(), 1);
  store_.Close();
  EXPECT_TRUE(fs::is_empty(root_ + "/sessions"));
  EXPECT_EQ(Send(store_, {{"files/a", "A"}}), "INVALID_HANDLE.SESSION_CLOSED");
  EXPECT_TRUE(fs::is_empty(root_ + "/sessions"));
  EXPECT_EQ(store_.size(), 0);
  {
    ArtifactStore dropped(root_ + "/sessions", "id");
    EXPECT_EQ(Send(dropped, {{"files/a", "A"}}), "");
  }
  EXPECT_TRUE(fs::is_empty(root_ + "/sessions"));
}

TEST_F(ArtifactStoreTest, SameContentsAgainAreFineOthersAreNot) {
  EXPECT_EQ(Send(store_, {{"files/a", "A"}, {"jars/x.jar", "jar"}}), "");
  EXPECT_EQ(Send(store_, {{"files/a", "A"}, {"files/./a", "A"}}), "");
  EXPECT_EQ(store_.size(), 4);
  // The others of the stream are taken, as in Spark.
  EXPECT_EQ(Send(store_, {{"files/b", "B"}, {"files/a", "other"}, {"files/c", "C"}}), "ARTIFACT_ALREADY_EXISTS");
  EXPECT_EQ(Send(store_, {{"files/c", "not C"}}), "ARTIFACT_ALREADY_EXISTS");
  EXPECT_EQ(Send(store_, {{"files/c", "C"}}), "");
  EXPECT_EQ(FilesOnDisk(), 4u);
  EXPECT_EQ(Send(store_, {{"classes/A.class", "1"}}), "");
  EXPECT_EQ(Send(store_, {{"classes/A.class", "2"}}), "");
  EXPECT_EQ(FilesOnDisk(), 5u);
}

TEST_F(ArtifactStoreTest, RefusesFilesWhereFoldersAre) {
  EXPECT_EQ(Send(store_, {{"files/a/b", "1"}}), "");
  EXPECT_EQ(Send(store_, {{"files/c", "1"}, {"files/a", "2"}}), "INVALID_ARTIFACT_PATH");
  EXPECT_EQ(Send(store_, {{"files/c", "1"}, {"files/a/b/c", "2"}}), "INVALID_ARTIFACT_PATH");
  EXPECT_EQ(Send(store_, {{"files/d/e", "1"}, {"files/d", "2"}}), "INVALID_ARTIFACT_PATH");
  EXPECT_EQ(Send(store_, {{"files/d", "1"}, {"files/d/e", "2"}}), "INVALID_ARTIFACT_PATH");
  EXPECT_EQ(FilesOnDisk(), 1u) << "nothing of a refused stream is kept";
  EXPECT_EQ(store_.size(), 1);
}

TEST_F(ArtifactStoreTest, RemembersPythonFilesInOrder) {
  EXPECT_TRUE(store_.python_files().empty());
  EXPECT_EQ(Send(store_, {{"pyfiles/z.py", "1"}, {"pyfiles/a.zip", "2"}}), "");
  EXPECT_EQ(Send(store_, {{"pyfiles/m.py", "3"}, {"pyfiles/z.py", "1"}}), "");
  std::string contents;
  for (const std::string& path : store_.python_files()) contents += Read(path);
  EXPECT_EQ(contents, "123");
}

TEST_F(ArtifactStoreTest, UnpacksArchives) {
  EXPECT_EQ(store_.unpacked_folder(), "");
  EXPECT_EQ(Send(store_, {{"archives/a.tar#env", Tar("lib/x", "X")},
                          {"archives/b.tar", Tar("y", "Y")},
                          {"archives/c.bin#c", "not unpacked"}}),
            "");
  const std::string folder = store_.unpacked_folder();
  EXPECT_EQ(Read(folder + "/env/lib/x"), "X");
  EXPECT_EQ(Read(folder + "/b.tar/y"), "Y");
  EXPECT_EQ(Read(folder + "/c"), "not unpacked");
  // The same again is nothing new, other contents are refused, and of one alias the last archive counts.
  EXPECT_EQ(Send(store_, {{"archives/a.tar#other", Tar("lib/x", "X")}}), "");
  EXPECT_FALSE(fs::exists(folder + "/other"));
  EXPECT_EQ(Send(store_, {{"archives/a.tar", Tar("lib/x", "Z")}}), "ARTIFACT_ALREADY_EXISTS");
  EXPECT_EQ(Send(store_, {{"archives/d.tar#env", Tar("new", "N")}}), "");
  EXPECT_EQ(Read(folder + "/env/new"), "N");
  EXPECT_FALSE(fs::exists(folder + "/env/lib"));
}

TEST_F(ArtifactStoreTest, NothingIsKeptWhenAnArchiveIsRefused) {
  EXPECT_EQ(Send(store_, {{"files/a", "A"}, {"archives/a.tar", Tar("../x", "evil")}}), "java.io.IOException");
  EXPECT_EQ(Send(store_, {{"files/a", "A"}, {"archives/a.zip", "no archive"}}), "java.io.IOException");
  EXPECT_EQ(FilesOnDisk(), 0u);
  EXPECT_EQ(store_.size(), 0);
  EXPECT_EQ(Send(store_, {{"archives/a.tar", Tar("x", "good")}}), "");
}

TEST_F(ArtifactStoreTest, KeepsWithinItsLimits) {
  ArtifactStore store(root_ + "/small", "id", {.max_bytes = 4000, .max_artifacts = 3});
  const char* kRefused = "SERVER_LIMIT_EXCEEDED";
  EXPECT_EQ(Send(store, {{"files/a", std::string(4001, 'x')}}), kRefused);
  EXPECT_EQ(Send(store, {{"files/a", std::string(2000, 'x')}, {"cache/b", std::string(2001, 'x')}}), kRefused);
  EXPECT_EQ(Send(store, {{"files/a", ""}, {"files/b", ""}, {"files/c", ""}, {"files/d", ""}}), kRefused);
  EXPECT_EQ(FilesOnDisk(), 0u);
  EXPECT_EQ(store.size(), 0);
  // What archives unpack to counts: 2048 bytes of archive here, 512 of a file of 400.
  EXPECT_EQ(Send(store, {{"archives/a.tar", Tar("x", std::string(400, 'x'))}}), "");
  EXPECT_EQ(store.size(), 2448);
  EXPECT_EQ(Send(store, {{"archives/b.tar", Tar("x", std::string(400, 'x'))}}), kRefused);
  EXPECT_EQ(store.size(), 2448);
  EXPECT_EQ(Send(store, {{"files/a", std::string(1500, 'x')}}), "");
}

TEST_F(ArtifactStoreTest, CachedDataIsMappedWhereArrowWantsIt) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(Send(store_, {{"cache/h", text}, {"cache/empty", ""}, {"cache/message", "\x0a\x80\x01" + text}}), "");
  const SharedBytes bytes = store_.FindCached("h");
  EXPECT_EQ(bytes->view(), text);
  EXPECT_EQ(store_.FindCached("h"), bytes) << "queries at the same time share it";
  EXPECT_EQ(store_.FindCached("empty")->view(), "");
  const SharedBytes message = store_.FindCached("message");
  EXPECT_EQ(message->view(), "\x0a\x80\x01" + text);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(message->view().data() + 3) % 8, 0u);
  EXPECT_EQ(Send(store_, {{"cache/h", "something else"}}), "");
  EXPECT_EQ(store_.FindCached("h")->view(), text);
  store_.Close();
  EXPECT_EQ(store_.FindCached("h"), nullptr);
  EXPECT_EQ(bytes->view(), text) << "who reads it reads on";
}

TEST_F(ArtifactStoreTest, CopiesAreIndependent) {
  EXPECT_EQ(
      Send(store_, {{"files/a", "A"}, {"pyfiles/p.py", "P"}, {"cache/h", "H"}, {"archives/a.tar#x", Tar("y", "Y")}}),
      "");
  ArtifactStore copy(root_ + "/sessions", "other");
  copy.CopyFrom(store_);
  EXPECT_EQ(copy.size(), store_.size());
  EXPECT_EQ(Send(copy, {{"cache/i", "I"}, {"files/b", "B"}}), "");
  std::ofstream(copy.unpacked_folder() + "/x/y") << "changed";
  EXPECT_EQ(Read(store_.unpacked_folder() + "/x/y"), "Y");
  EXPECT_EQ(Send(store_, {{"files/b", "another B"}}), "");
  EXPECT_FALSE(store_.HasCached("i"));
  store_.Close();
  EXPECT_EQ(copy.FindCached("h")->view(), "H");
  EXPECT_EQ(copy.FindCached("i")->view(), "I");
  ASSERT_EQ(copy.python_files().size(), 1u);
  EXPECT_EQ(Read(copy.python_files()[0]), "P");
  EXPECT_EQ(Send(copy, {{"files/a", "not A"}}), "ARTIFACT_ALREADY_EXISTS");
}

TEST_F(ArtifactStoreTest, WhatIsNotTakenIsGone) {
  {
    auto staged = store_.Stage(ParseArtifactName("files/a"));
    staged->Append("A");
    EXPECT_EQ(store_.size(), 1);
    EXPECT_EQ(FilesOnDisk(), 1u);
  }
  EXPECT_EQ(store_.size(), 0);
  EXPECT_EQ(FilesOnDisk(), 0u);
}

}  // namespace
}  // namespace firesteel::session
