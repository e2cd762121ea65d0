#include "base/error.h"
#include "base/overloaded.h"
#include "sql/parser.h"
#include "sql/printer/printer.h"

namespace firesteel::sql {
namespace {

std::string Properties(const plan::Options& options) {
  std::string text;
  for (const auto& [key, value] : options) {
    text += (text.empty() ? "" : ", ") + PrintString(key) + " = " + PrintString(value);
  }
  return "(" + text + ")";
}

std::string ViewHead(bool replace, bool is_global, bool is_temporary) {
  return std::string("CREATE ") + (replace ? "OR REPLACE " : "") + (is_global ? "GLOBAL " : "") +
         (is_temporary ? "TEMPORARY " : "") + "VIEW ";
}

}  // namespace

std::string Printer::Command(const plan::Command& command) {
  return std::visit(
      Overloaded{
          [&](const plan::Query& node) { return Query(*node.relation); },
          [&](const plan::CreateView& node) {
            std::string text = ViewHead(node.replace, node.is_global, node.is_temporary) + PrintName(node.name);
            std::string columns;
            for (const auto& [column, comment] : node.column_aliases_and_comments) {
              columns += (columns.empty() ? "" : ", ") + PrintName({column});
              if (!comment.empty()) columns += " COMMENT " + PrintString(comment);
            }
            if (!columns.empty()) text += " (" + columns + ")";
            if (!node.comment.empty()) text += " COMMENT " + PrintString(node.comment);
            return text + " AS " + Query(*node.query);
          },
          [&](const plan::CreateViewUsing& node) {
            std::string text = ViewHead(node.replace, node.is_global, true) + PrintName(node.name);
            if (!node.source.schema_text.empty()) text += " (" + node.source.schema_text + ")";
            text += " USING " + PrintName({node.source.format});
            return node.source.options.empty() ? text : text + " OPTIONS " + Properties(node.source.options);
          },
          [&](const plan::DropView& node) {
            return std::string("DROP VIEW ") + (node.if_exists ? "IF EXISTS " : "") + PrintName(node.name);
          },
          [&](const plan::SetConfig& node) {
            if (!node.key) return std::string(node.verbose ? "SET -v" : "SET");
            std::string text = "SET " + PrintName({*node.key});
            return node.value ? text + " = " + PrintName({*node.value}) : text;
          },
          [&](const plan::ResetConfig& node) {
            return node.key ? "RESET " + PrintName({*node.key}) : std::string("RESET");
          },
          [&](const plan::ExplainQuery& node) {
            std::string mode = node.mode;
            for (char& c : mode) c = static_cast<char>(c - 32);
            return "EXPLAIN " + (mode.empty() ? "" : mode + " ") + Query(*node.query);
          },
          [&](const plan::WriteOperation& node) -> std::string {
            // Of these, SQL can say only INSERT OVERWRITE DIRECTORY.
            if (node.table || node.mode != plan::WriteOperation::Mode::kOverwrite || !node.source) {
              ThrowUnsupported("this statement as SQL");
            }
            std::string text = "INSERT OVERWRITE DIRECTORY ";
            if (node.path) text += PrintString(*node.path) + " ";
            text += "USING " + *node.source;
            if (!node.options.empty()) text += " OPTIONS " + Properties(node.options);
            return text + " " + Query(*node.input);
          },
          [](const auto&) -> std::string { ThrowUnsupported("this statement as SQL"); },
      },
      command.node);
}

std::string PrintStatement(const plan::Command& command) { return Printer().Command(command); }
std::string PrintExpression(const plan::Expression& expression) { return Printer().Expression(expression); }

}  // namespace firesteel::sql
