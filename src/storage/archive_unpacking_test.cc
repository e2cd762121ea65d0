#include "storage/archive_unpacking.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace firesteel::storage {
namespace {

namespace fs = std::filesystem;

/// An entry to be written: a file with contents, a folder (name with a slash), or a link.
struct Entry {
  std::string name;
  std::string contents;
  std::string symbolic = {};
  std::string hard = {};
  mode_t type = AE_IFREG;
};

class ArchiveUnpackingTest : public testing::Test {
 protected:
  ArchiveUnpackingTest() {
    std::string name = "/tmp/firesteel-archive-XXXXXX";
    root_ = ::mkdtemp(name.data());
    folder_ = root_ + "/unpacked";
  }
  ~ArchiveUnpackingTest() override { fs::remove_all(root_); }

  /// Writes the entries as they are, however bad, into an archive of that name.
  std::string Write(const std::string& name, const std::vector<Entry>& entries) {
    const std::string path = root_ + "/" + name;
    struct archive* out = ::archive_write_new();
    if (name.ends_with(".zip") || name.ends_with(".jar")) {
      ::archive_write_set_format_zip(out);
    } else {
      ::archive_write_set_format_pax_restricted(out);
      if (name.ends_with("gz")) ::archive_write_add_filter_gzip(out);
    }
    EXPECT_EQ(::archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
    for (const Entry& e : entries) {
      archive_entry* entry = ::archive_entry_new();
      ::archive_entry_set_pathname(entry, e.name.c_str());
      ::archive_entry_set_perm(entry, 0755);
      ::archive_entry_set_size(entry, static_cast<la_int64_t>(e.contents.size()));
      ::archive_entry_set_filetype(entry, e.name.ends_with('/') ? AE_IFDIR : e.type);
      if (!e.symbolic.empty()) {
        ::archive_entry_set_filetype(entry, AE_IFLNK);
        ::archive_entry_set_symlink(entry, e.symbolic.c_str());
      }
      if (!e.hard.empty()) ::archive_entry_set_hardlink(entry, e.hard.c_str());
      // A warning: names of other letters than ASCII do not suit the process's locale, and are written as they are.
      EXPECT_GE(::archive_write_header(out, entry), ARCHIVE_WARN) << e.name << ": " << ::archive_error_string(out);
      ::archive_write_data(out, e.contents.data(), e.contents.size());
      ::archive_entry_free(entry);
    }
    EXPECT_EQ(::archive_write_close(out), ARCHIVE_OK);
    ::archive_write_free(out);
    return path;
  }

  Unpacked Unpack(const std::string& path, UnpackLimits limits = {.max_bytes = 1 << 20}) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    return UnpackArchive(path, path, folder_, limits);
  }

  /// Why the archive is refused, or "" when it is not. Nothing may ever be beside the folder.
  std::string Refusal(const std::string& path, UnpackLimits limits = {.max_bytes = 1 << 20}) {
    std::string why;
    try {
      Unpack(path, limits);
    } catch (const ArchiveError& error) {
      why = error.what();
    }
    fs::remove_all(folder_);
    fs::remove(path);
    EXPECT_TRUE(fs::is_empty(root_)) << why;
    return why;
  }

  /// What lies in the folder: files with their contents, links with their targets.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      const std::string name = entry.path().lexically_relative(folder_).string();
      if (entry.is_symlink()) {
        files[name] = "-> " + fs::read_symlink(entry).string();
      } else if (entry.is_regular_file()) {
        std::ifstream in(entry.path(), std::ios::binary);
        files[name] = std::string(std::istreambuf_iterator<char>(in), {});
      }
    }
    return files;
  }

  std::string root_;
  std::string folder_;
};

using Tree = std::map<std::string, std::string>;

TEST_F(ArchiveUnpackingTest, KnowsArchivesByName) {
  for (const char* name : {"a.zip", "a.JAR", "a.tar", "a.tar.gz", "a.Tgz"}) EXPECT_TRUE(IsArchiveName(name)) << name;
  for (const char* name : {"a", "zip", "a.gz", "a.tar.bz2", "a.zip.txt", ""}) EXPECT_FALSE(IsArchiveName(name)) << name;
}

TEST_F(ArchiveUnpackingTest, UnpacksWhatItKnows) {
  for (const char* name : {"a.zip", "a.jar", "a.tar", "a.tar.gz", "a.tgz", "A.ZIP"}) {
    const std::string path = Write(std::string(name) == "A.ZIP" ? "b.zip" : name, {{"lib/", ""},
                                                                                   {"lib/a.py", "x = 1"},
                                                                                   {"./deep/er/b", "b"},
                                                                                   {"empty", ""},
                                                                                   {"gr\xc3\xbc\xc3\x9f", "utf8"},
                                                                                   {"link", "", "lib/a.py"}});
    const Unpacked unpacked = Unpack(path);
    EXPECT_EQ(Files(), (Tree{{"lib/a.py", "x = 1"},
                             {"deep/er/b", "b"},
                             {"empty", ""},
                             {"gr\xc3\xbc\xc3\x9f", "utf8"},
                             {"link", "-> lib/a.py"}}))
        << name;
    EXPECT_EQ(unpacked.bytes, 10) << name;
    EXPECT_EQ(unpacked.entries, 6) << name;
  }
}

TEST_F(ArchiveUnpackingTest, RefusesNamesThatLeaveTheFolder) {
  for (const char* form : {"a.zip", "a.tar", "a.tgz"}) {
    for (const char* name : {"../x", "/tmp/firesteel-x", "a/../../x", "a/b/../../../x", "..", "a/.."}) {
      EXPECT_NE(Refusal(Write(form, {{"good", "g"}, {name, "evil"}})).find("outside"), std::string::npos)
          << form << " " << name;
    }
  }
  EXPECT_FALSE(fs::exists("/tmp/firesteel-x"));
}

TEST_F(ArchiveUnpackingTest, RefusesLinksThatLeaveTheFolder) {
  for (const char* form : {"a.zip", "a.tar"}) {
    for (const char* target : {"/etc/passwd", "../x", "..", "d/../../x", "/"}) {
      EXPECT_NE(Refusal(Write(form, {{"d/", ""}, {"link", "", target}})).find("outside"), std::string::npos)
          << form << " " << target;
    }
    // A file through a link of before, a link over links that leaves where none of them does, links in a circle.
    EXPECT_NE(Refusal(Write(form, {{"link", "", ".."}, {"link/x", "evil"}})), "");
    EXPECT_NE(Refusal(Write(form, {{"d/e/", ""}, {"d/e/up", "", "../.."}, {"out", "", "d/e/up/../x"}})), "");
    EXPECT_NE(Refusal(Write(form, {{"a", "", "b"}, {"b", "", "a"}})), "");
  }
  // What stays inside is fine, also over folders, and also when nothing is there.
  Unpack(Write("a.tar", {{"d/e/f", "f"}, {"d/up", "", "../d/e"}, {"through", "", "d/up/f"}, {"none", "", "d/none"}}));
  EXPECT_EQ(Files(), (Tree{{"d/e/f", "f"}, {"d/up", "-> ../d/e"}, {"through", "-> d/up/f"}, {"none", "-> d/none"}}));
}

TEST_F(ArchiveUnpackingTest, HardLinksAreToFilesOfTheArchive) {
  Unpack(Write("a.tar", {{"f", "contents"}, {"g", "", "", "f"}}));
  EXPECT_EQ(Files(), (Tree{{"f", "contents"}, {"g", "contents"}}));
  EXPECT_NE(Refusal(Write("a.tar", {{"g", "", "", "none"}})), "");
  EXPECT_NE(Refusal(Write("a.tar", {{"g", "", "", "/etc/passwd"}})), "");
  EXPECT_NE(Refusal(Write("a.tar", {{"g", "", "", "../../etc/passwd"}})), "");
}

TEST_F(ArchiveUnpackingTest, RefusesDevicesAndConfusion) {
  EXPECT_NE(Refusal(Write("a.tar", {{"pipe", "", "", "", AE_IFIFO}})), "");
  EXPECT_NE(Refusal(Write("a.tar", {{"device", "", "", "", AE_IFCHR}})), "");
  EXPECT_NE(Refusal(Write("a.tar", {{"f", "file"}, {"f/g", "below a file"}})), "");
  Unpack(Write("a.tar", {{"f", "first"}, {"f", "second"}}));
  EXPECT_EQ(Files(), (Tree{{"f", "second"}}));
}

TEST_F(ArchiveUnpackingTest, BoundsBytesEntriesAndDepth) {
  const std::string large(100'000, 'x');
  for (const char* form : {"a.zip", "a.tar.gz"}) {
    EXPECT_EQ(Refusal(Write(form, {{"a", large}}), {.max_bytes = 100'000}), "");
    EXPECT_NE(Refusal(Write(form, {{"a", large}, {"b", "y"}}), {.max_bytes = 100'000}), "");
    EXPECT_NE(Refusal(Write(form, {{"a", large}}), {.max_bytes = 99'999}), "");
    EXPECT_NE(Refusal(Write(form, {{"a", ""}, {"b", ""}, {"c", ""}}), {.max_bytes = 9, .max_entries = 2}), "");
    std::string deep;
    for (int i = 0; i < 120; ++i) deep += "d/";
    EXPECT_NE(Refusal(Write(form, {{deep + "f", ""}})), "");
  }
}

TEST_F(ArchiveUnpackingTest, RefusesBrokenArchives) {
  for (const char* form : {"a.zip", "a.tar", "a.tgz"}) {
    std::ofstream(root_ + "/" + form) << "this is no archive at all, whatever its name says";
    EXPECT_NE(Refusal(root_ + "/" + form), "") << form;
    // Cut anywhere: an error or less files, never a crash.
    const std::string whole = Write(form, {{"a/b", std::string(3000, 'x')}, {"c", "y"}});
    const auto size = fs::file_size(whole);
    for (uintmax_t cut = 0; cut < size; cut += 7) {
      const std::string path = root_ + "/cut-" + form;
      fs::copy_file(whole, path);
      fs::resize_file(path, cut);
      try {
        Unpack(path);
      } catch (const ArchiveError&) {
      }
      fs::remove(path);
    }
    fs::remove_all(folder_);
    fs::remove(whole);
  }
}

}  // namespace
}  // namespace firesteel::storage
