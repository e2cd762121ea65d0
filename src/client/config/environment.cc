#include "client/config/environment.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace firesteel::client {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool IsVariableName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  }
  return true;
}

/// The value behind `NAME=`, of one line. Nothing when a quotation does not end or something follows it.
std::optional<std::string> EnvValue(std::string_view text) {
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) {
    const size_t comment = text.find(" #");
    return std::string(Trim(text.substr(0, comment)));
  }
  const char quote = text[0];
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      const std::string_view rest = Trim(text.substr(i + 1));
      return rest.empty() || rest[0] == '#' ? std::optional(value) : std::nullopt;
    }
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      value += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
    } else {
      value += text[i];
    }
  }
  return std::nullopt;
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

Result<std::map<std::string, std::string>> ParseEnvFile(std::string_view text, const std::string& file) {
  std::map<std::string, std::string> variables;
  int number = 0;
  for (size_t begin = 0; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = Trim(text.substr(begin, end - begin));
    begin = end + 1;
    if (line.empty() || line[0] == '#') continue;
    if (line.substr(0, 7) == "export ") line = Trim(line.substr(7));
    const std::string place = file + ", line " + std::to_string(number + 1) + ": ";
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) return Error::Invalid(place + "a line of an env file is NAME=value");
    const std::string_view name = Trim(line.substr(0, equals));
    // The name is shown only when it is one: else it may be a secret that was pasted here.
    if (!IsVariableName(name)) return Error::Invalid(place + "what is before '=' is no name of a variable");
    std::optional<std::string> value = EnvValue(Trim(line.substr(equals + 1)));
    if (!value) return Error::Invalid(place + "the quotation of " + std::string(name) + " does not end with the line");
    variables[std::string(name)] = *std::move(value);
  }
  return variables;
}

Result<LayeredEnvironment> LayeredEnvironment::Make(Environment process, const std::vector<std::string>& env_files) {
  LayeredEnvironment environment;
  environment.process_ = std::move(process);
  for (const std::string& file : env_files) {
    Result<std::string> text = ReadTextFile("the env file", file);
    if (!text) return std::move(text).error();
    auto variables = ParseEnvFile(*text, file);
    if (!variables) return std::move(variables).error();
    environment.files_.emplace_back(file, *std::move(variables));
  }
  return environment;
}

std::optional<Variable> LayeredEnvironment::Find(const std::string& name) const {
  if (std::optional<std::string> value = process_(name); value && !value->empty()) {
    return Variable{*std::move(value), "the variable " + name};
  }
  for (const auto& [file, variables] : files_) {
    const auto found = variables.find(name);
    if (found != variables.end() && !found->second.empty()) {
      return Variable{found->second, "the variable " + name + " in " + file};
    }
  }
  return std::nullopt;
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

Result<std::string> ReadTextFile(const std::string& what, const std::string& path) {
  const auto unreadable = [&](const std::string& why) {
    return Error::Invalid(what + " cannot be read: " + path + ": " + why);
  };
  std::error_code ignored;  // what is not there cannot be opened either
  if (std::filesystem::is_directory(path, ignored)) return unreadable("it is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return unreadable(std::strerror(errno));
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace firesteel::client
