#include "session/artifacts/artifact_name.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "session/error/java_exception.h"

namespace firesteel::session {
namespace {

std::string PathOf(const std::string& sent) {
  try {
    const ArtifactName name = ParseArtifactName(sent);
    EXPECT_EQ(name.sent, sent);
    return name.path + (name.alias.empty() ? "" : " as " + name.alias);
  } catch (const QueryError& error) {
    return error.condition();
  } catch (const JavaError& error) {
    return error.java_class();
  }
}

TEST(ArtifactNameTest, NormalFormsAndKinds) {
  EXPECT_EQ(PathOf("files/a.txt"), "files/a.txt");
  EXPECT_EQ(PathOf("files/./b//../a.txt"), "files/a.txt");
  EXPECT_EQ(PathOf("x"), "x");
  EXPECT_EQ(PathOf("archives/a.zip#b"), "archives/a.zip as b");
  EXPECT_EQ(PathOf("archives/a.zip#b/c"), "archives/a.zip as b/c");
  EXPECT_EQ(PathOf("archives/a.zip#"), "archives/a.zip");
  EXPECT_EQ(PathOf("files/a#b#c"), "files/a#b#c");
  EXPECT_EQ(ParseArtifactName("cache/abc").kind, ArtifactKind::kCache);
  EXPECT_EQ(ParseArtifactName("cache/abc").rest(), "abc");
  EXPECT_EQ(ParseArtifactName("pyfiles/a.py").kind, ArtifactKind::kPythonFile);
  EXPECT_EQ(ParseArtifactName("files/../jars/a.jar").kind, ArtifactKind::kJar);
  EXPECT_EQ(ParseArtifactName("forward_to_fs/tmp/x").rest(), "tmp/x");
  EXPECT_EQ(ParseArtifactName("filesystem/x").kind, ArtifactKind::kOther);
}

TEST(ArtifactNameTest, RefusesNamesThatAreNoFileOfTheSession) {
  for (const std::string& name : {std::string(),
                                  std::string("/"),
                                  std::string("/etc/passwd"),
                                  std::string(".."),
                                  std::string("../x"),
                                  std::string("files/../../x"),
                                  std::string("files/.."),
                                  std::string("."),
                                  std::string("files/"),
                                  std::string("files/a/"),
                                  std::string("files\\a"),
                                  std::string("..\\x"),
                                  std::string("files/a\0b", 9),
                                  std::string("files"),
                                  std::string("cache"),
                                  std::string("cache/.."),
                                  std::string("archives/#a"),
                                  std::string("archives/a.zip#../x"),
                                  std::string("archives/a.zip#/x"),
                                  std::string("archives/a.zip#."),
                                  "files/" + std::string(256, 'x'),
                                  "files/" + std::string(5000, '/') + "x",
                                  std::string("forward_to_fs/../..")}) {
    EXPECT_EQ(PathOf(name), "INVALID_ARTIFACT_PATH") << name;
  }
  EXPECT_EQ(PathOf("archives/a.zip#b#c"), "java.lang.AssertionError");
}

}  // namespace
}  // namespace firesteel::session
