#include "shell/command/run_command.h"

#include <charconv>
#include <iostream>
#include <utility>

#include "base/ascii_case.h"
#include "shell/terminal/interrupt.h"
#include "shell/terminal/paged_output.h"

namespace firesteel::shell {
namespace {

constexpr int kDeepestFile = 16;

/// The pattern as a text of SQL.
std::string TextLiteral(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') literal += '\\';
    literal += c;
  }
  return literal + "'";
}

}  // namespace

Outcome CommandRunner::Run(const Command& command, const std::string& place) {
  place_ = place;
  const std::string& name = command.name;
  const std::string& argument = command.argument;
  if (name == "?" || name == "h" || name == "help") {
    std::cout << CommandsHelpText() << std::flush;
    return Outcome::kOk;
  }
  if (name == "q" || name == "quit") {
    shell_.leaving_ = true;
    return Outcome::kOk;
  }
  if (name == "c") return Connect(argument);
  if (name == "d") return Sql(argument.empty() ? "SHOW TABLES" : "DESCRIBE TABLE " + argument);
  if (name == "dn") return Sql("SHOW DATABASES");
  if (name == "dc") return Sql("SHOW CATALOGS");
  if (name == "df") return Sql(argument.empty() ? "SHOW FUNCTIONS" : "SHOW FUNCTIONS LIKE " + TextLiteral(argument));
  if (name == "explain") return Explain(argument);
  if (name == "f") return SetFormat(argument);
  if (name == "x") return Switch("expanded display", argument, shell_.runner_.settings().expanded);
  if (name == "o") return SetOutput(argument);
  if (name == "i") return RunFile(argument);
  if (name == "timing") return Switch("timing", argument, shell_.runner_.settings().timing);
  if (name == "pager") return SetPager(argument);
  if (name == "width") return SetWidth(argument);
  return Fail("there is no command \\" + name + "; \\? shows all");
}

Outcome CommandRunner::Connect(const std::string& target) {
  if (target.empty()) {
    const Result<std::string> version = shell_.backend_->Version();
    std::cout << shell_.backend_->address() << (version ? ", Spark " + *version : "") << std::endl;
    return Outcome::kOk;
  }
  client::RequestedSettings settings = shell_.options_.connection;
  // What the command line said of one server is not meant for another.
  settings.remote.reset();
  settings.profile.reset();
  settings.token.reset();
  settings.token_command.reset();
  settings.force_local = target == "local";
  if (target.rfind("sc://", 0) == 0) {
    settings.remote = target;
  } else if (!settings.force_local) {
    settings.profile = target;
  }
  auto backend = shell_.connect_(settings);
  if (!backend) return Fail(backend.error().message + "\nStill connected to " + shell_.backend_->address() + ".");
  shell_.Use(*std::move(backend));
  Say("connected to " + shell_.backend_->address());
  return Outcome::kOk;
}

Outcome CommandRunner::Explain(const std::string& argument) {
  const size_t end = argument.find_first_of(" \t\n");
  std::string mode = AsciiLower(argument.substr(0, end));
  std::string sql = argument;
  if (mode == "formatted" || mode == "extended" || mode == "codegen" || mode == "cost") {
    sql = end == std::string::npos ? "" : argument.substr(end + 1);
  } else {
    mode.clear();
  }
  if (sql.find_first_not_of(" \t\n") == std::string::npos) sql = shell_.last_statement_;
  if (sql.empty()) return Fail("there is no statement to explain yet");
  CancelOnInterrupt guard([this] { shell_.backend_->Cancel(); }, SecondInterrupt::kLeave);
  auto answer = shell_.backend_->Run("EXPLAIN " + mode + " " + sql);
  if (!answer) return Fail(answer.error().message);
  auto rows = (*answer)->Next();
  if (!rows) return Fail(rows.error().message);
  PagedOutput output(shell_.interactive_ ? shell_.runner_.settings().pager : "", nullptr);
  std::cout << std::flush;
  // A plan is one text of many lines, which a table would not show as such.
  if (*rows && !(*rows)->empty() && !(*rows)->front().empty()) {
    std::string text = (*rows)->front()[0].to_string();
    if (text.empty() || text.back() != '\n') text += '\n';
    output.Write(text);
  }
  return Outcome::kOk;
}

Outcome CommandRunner::SetFormat(const std::string& name) {
  if (name.empty()) {
    Say("the format is " + std::string(FormatName(shell_.runner_.settings().format)));
    return Outcome::kOk;
  }
  const std::optional<Format> format = FormatByName(name);
  if (!format) return Fail("there is no format '" + name + "': table, vertical, csv, json, arrow, parquet");
  shell_.runner_.settings().format = *format;
  Say("the format is " + std::string(FormatName(*format)));
  return Outcome::kOk;
}

Outcome CommandRunner::SetOutput(const std::string& path) {
  const Result<void> set = shell_.runner_.SetOutput(path);
  if (!set) return Fail(set.error().message);
  Say(path.empty() ? "results go to the terminal" : "results go to " + path);
  return Outcome::kOk;
}

Outcome CommandRunner::SetPager(const std::string& argument) {
  std::string& pager = shell_.runner_.settings().pager;
  if (argument == "off") {
    pager.clear();
  } else if (argument == "on" || (argument.empty() && pager.empty())) {
    pager = FindPager();
    if (pager.empty()) return Fail("there is no pager: install less, or name one with \\pager COMMAND");
  } else if (!argument.empty()) {
    pager = argument;
  } else {
    pager.clear();
  }
  Say(pager.empty() ? "the pager is off" : "the pager is " + pager);
  return Outcome::kOk;
}

Outcome CommandRunner::SetWidth(const std::string& argument) {
  size_t& width = shell_.runner_.settings().widest_column;
  if (!argument.empty()) {
    size_t number = 0;
    const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), number);
    if (error != std::errc() || end != argument.data() + argument.size()) return Fail("\\width wants a number");
    width = number;
  }
  Say(width == 0 ? "values are shown whole" : "values are cut at " + std::to_string(width) + " columns");
  return Outcome::kOk;
}

Outcome CommandRunner::RunFile(const std::string& path) {
  if (path.empty()) return Fail("\\i wants a file");
  if (shell_.depth_ >= kDeepestFile) return Fail("files run files " + std::to_string(kDeepestFile) + " deep: " + path);
  const Result<Source> source = ReadSource(path);
  if (!source) return Fail(source.error().message);
  ++shell_.depth_;
  const Outcome outcome = shell_.RunText(*source);
  --shell_.depth_;
  return outcome;
}

Outcome CommandRunner::Switch(const std::string& what, const std::string& argument, bool& value) {
  if (!argument.empty() && argument != "on" && argument != "off") return Fail(what + " is on or off");
  value = argument.empty() ? !value : argument == "on";
  Say(what + " is " + (value ? "on" : "off"));
  return Outcome::kOk;
}

Outcome CommandRunner::Fail(const std::string& message) {
  PrintError(message, place_);
  return Outcome::kFailed;
}

void CommandRunner::Say(const std::string& message) {
  if (shell_.interactive_) std::cout << message << std::endl;
}

}  // namespace firesteel::shell
