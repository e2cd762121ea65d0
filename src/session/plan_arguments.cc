#include "session/plan_arguments.h"

namespace firesteel::session {

std::string Argument(const plan::ShowStatement& show, const std::string& name) {
  for (const auto& [key, value] : show.arguments) {
    if (key == name) return value;
  }
  return "";
}

std::vector<std::string> Parts(const plan::ShowStatement& show, const std::string& name) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : show.arguments) {
    if (key == name) parts.push_back(value);
  }
  return parts;
}

std::optional<std::string> Argument(const plan::CatalogCall& call, const std::string& name) {
  for (const auto& [key, value] : call.arguments) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace firesteel::session
