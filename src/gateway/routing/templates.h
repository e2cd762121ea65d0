#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/sessions/sessions.h"

/// Texts of the configuration with {placeholders}: namespaces and the commands that start servers. "{{" and "}}" are
/// braces. Pure functions, thread-safe.
namespace firesteel::gateway {

enum class TemplateUse : uint8_t {
  kNamespace,  ///< {team} {environment} {user} {user_hash}
  kCommand,    ///< these, {namespace}, {port}, {pool} and {host}; run by /bin/sh
};

/// What is wrong with a template, as a sentence's second half ("has the unknown placeholder {usr}; known: …"); nothing
/// where it is right. In a command, a placeholder may not stand where the shell would not honour the quotes around its
/// value.
std::optional<std::string> TemplateFault(std::string_view text, TemplateUse use);
/// Whether {name} occurs.
bool TemplateNames(std::string_view text, std::string_view name);

/// The first 12 hexadecimal digits of the SHA-256 of the user's name: what {user_hash} is.
std::string UserHash(std::string_view user);
/// The nearest DNS label: lower case, [a-z0-9-], no '-' at the ends, at most 63 bytes.
std::string DnsLabel(std::string_view text);

/// A DNS label; every value is made one before it is put in. The template must be without faults. A name that was cut
/// to 63 bytes ends with a hash of the whole, so that two long names stay two.
std::string ExpandNamespace(std::string_view text, std::string_view team, std::string_view environment,
                            std::string_view user);

/// Values of a command that starts a server of a pool.
struct CommandValues {
  Route owner;  ///< of a pool with per_user; empty texts otherwise
  std::string pool, host;
  uint16_t port = 0;
};

/// A line for /bin/sh in which every value is one quoted word: no name of a user or team can add to the command. The
/// template must be without faults (TemplateFault of kCommand), the values without NUL.
std::string ExpandCommand(std::string_view text, const CommandValues& values);

}  // namespace firesteel::gateway
