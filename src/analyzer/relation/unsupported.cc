#include <string>

#include "analyzer/relation/relations.h"

/// The nodes that are refused, each with its reason. This file is the list: the coverage page reads it.
namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis&, const plan::ShowString&, const plan::Relation& self) {
  ThrowUnsupported("show() inside of a query", self.origin);  // at the top the session renders it
}

ScopePtr ResolveRelation(Analysis&, const plan::HtmlString&, const plan::Relation& self) {
  ThrowUnsupported("the HTML form of a table inside of a query", self.origin);
}

ScopePtr ResolveRelation(Analysis&, const plan::Watermark&, const plan::Relation& self) {
  ThrowUnsupported("withWatermark (structured streaming)", self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::CatalogCall& node, const plan::Relation& self) {
  // The DataFrame that a new table comes as is the table from then on.
  for (const auto& [key, value] : node.arguments) {
    if ((node.method != "create_table" && node.method != "create_external_table") || key != "table_name") continue;
    const plan::ExpressionPtr name = analysis.environment().ParseExpression(value.value_or(""));
    if (const auto* parts = name->As<plan::UnresolvedAttribute>()) {
      return ResolveRelation(analysis, plan::NamedTable{parts->parts, {}, false, nullptr, nullptr}, self);
    }
  }
  ThrowUnsupported("spark.catalog." + node.method, self.origin);
}

ScopePtr ResolveRelation(Analysis&, const plan::Unsupported& node, const plan::Relation& self) {
  ThrowUnsupported(node.what, self.origin);
}

}  // namespace firesteel::analyzer
