#include "base/error.h"
#include "functions/function.h"
#include "functions/kernels/collection/collection.h"
#include "functions/kernels/text_format_kernels.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

/// What a generator gives for one row, as lists of the engine that are unnested side by side: one text a column.
struct Lists {
  bool has_position = false;
  std::string rows;                  ///< the list whose elements are the rows
  std::vector<std::string> columns;  ///< over `rows`' element, named e, and its position, named p
};

/// `field` of a struct of the engine, counted from 0.
std::string Field(const std::string& value, size_t field) {
  return "struct_extract_at(" + value + ", " + std::to_string(field + 1) + ")";
}

/// What variant_explode goes through.
DataType PartsOfVariant() {
  return DataType::Array(DataType::Struct({{"pos", DataType::Int(), false, ""},
                                           {"key", DataType::String(), true, ""},
                                           {"value", DataType::Variant(), false, ""}}),
                         false);
}

Lists ListsOf(const bound::Call& call, const std::string& argument, const std::string& element,
              const std::string& position) {
  const std::string_view name = call.function->name;
  Lists lists;
  lists.has_position = name == "posexplode" || name == "posexplode_outer";
  if (lists.has_position) lists.columns.push_back(position);
  const DataType& type = call.arguments.at(0)->type;
  if (type.Is(TypeKind::kVariant)) {
    lists.rows = argument;
    for (size_t i = 0; i < PartsOfVariant().element_type().fields().size(); ++i) {
      lists.columns.push_back(Field(element, i));
    }
  } else if (name == "inline" || name == "inline_outer") {
    lists.rows = argument;
    for (size_t i = 0; i < type.element_type().fields().size(); ++i) lists.columns.push_back(Field(element, i));
  } else if (type.Is(TypeKind::kMap)) {
    lists.rows = "map_entries(" + argument + ")";
    lists.columns.push_back(Field(element, 0));
    lists.columns.push_back(Field(element, 1));
  } else {
    lists.rows = argument;
    lists.columns.push_back(element);
  }
  return lists;
}

bool IsExplode(std::string_view name) {
  return name == "explode" || name == "explode_outer" || name == "posexplode" || name == "posexplode_outer" ||
         name == "inline" || name == "inline_outer" || name.starts_with("variant_explode");
}

}  // namespace

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::Generate& node) {
  const auto* call = StripAlias(node.generator)->As<bound::Call>();
  if (!call) throw InternalError("a generator that is not a call");
  const std::string_view name = call->function->name;
  Select select = Lower(*node.child);
  if (name == "stack") return LowerStack(relation, node, *call, std::move(select));
  if (name == "json_tuple") return LowerJsonTuple(node, *call, std::move(select));
  if (!IsExplode(name)) ThrowUnsupported("the generator " + std::string(name), relation.origin);
  const bool outer = node.outer || name.ends_with("_outer");

  // Stage 1: the child with its list. Stage 2: a row an element.
  PrepareFor(select, {call->arguments.at(0)}, /*is_projection=*/false);
  std::string argument = Sql(call->arguments[0], select);
  if (call->arguments[0]->type.Is(TypeKind::kVariant)) {
    functions::KernelCall kernel;
    kernel.kernel = &functions::kVariantParts;
    kernel.argument_types = {DataType::Variant()};
    kernel.constants.resize(1);
    kernel.result_type = PartsOfVariant();
    kernel.function_name = "variant_explode";
    kernel.time_zone = settings_.time_zone;
    argument = KernelCallSql(std::move(kernel), {argument}, false);
  }
  const std::string alias = NewTableAlias();
  const std::string element = alias + ".e";
  const std::string position = alias + ".p";
  const Lists lists = ListsOf(*call, argument, element, position);
  std::string rows = lists.rows;
  // Without elements an outer generator gives one row of nulls.
  if (outer) rows = "(CASE WHEN len(" + rows + ") > 0 THEN " + rows + " ELSE [NULL] END)";
  std::vector<Column> added;
  for (size_t i = 0; i < node.generated.size(); ++i) {
    std::string sql = lists.columns.at(i);
    if (outer && sql == position) sql = "(CASE WHEN " + alias + ".n > 0 THEN " + sql + " END)";
    added.push_back(Column{node.generated[i].id, sql,
                           sql == element || sql == position ? Column::Form::kReference : Column::Form::kComputed, 2});
  }
  std::string items;
  for (const Column& column : select.columns) items += column.sql + " AS " + Alias(column.id) + ", ";
  items += "unnest(" + rows + ") AS e";
  if (lists.has_position) {
    // A list beside the rows, unnested in step: generate_subscripts costs four times as much.
    functions::KernelCall positions;
    positions.kernel = &functions::kPositions;
    positions.argument_types = {DataType::Long()};
    positions.constants.resize(1);
    positions.result_type = DataType::Array(DataType::Int(), false);
    positions.function_name = std::string(name);
    items += ", unnest(" + KernelCallSql(std::move(positions), {"len(" + rows + ")"}, false) + ") AS p";
    if (outer) items += ", len(" + lists.rows + ") AS n";
  }
  Select exploded;
  exploded.from = "(" + SelectTextOf(select, items) + ") AS " + alias;
  exploded.nesting = select.nesting + 1;
  exploded.has_filter_below = true;
  for (const Column& column : select.columns) {
    exploded.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
  }
  for (Column& column : added) exploded.columns.push_back(std::move(column));
  return exploded;
}

/// json_tuple(text, name, …): one row; the fields are computed once, as a struct.
Select Lowerer::LowerJsonTuple(const bound::Generate& node, const bound::Call& call, Select select) {
  PrepareFor(select, call.arguments, /*is_projection=*/false);
  functions::KernelCall kernel;
  kernel.kernel = &functions::kJsonTuple;
  std::vector<std::string> arguments;
  for (const bound::ExpressionPtr& argument : call.arguments) {
    arguments.push_back(Sql(argument, select));
    kernel.argument_types.push_back(argument->type);
  }
  kernel.constants.resize(arguments.size());
  kernel.result_type = StripAlias(node.generator)->type;
  kernel.function_name = "json_tuple";
  kernel.time_zone = settings_.time_zone;
  const std::string alias = NewTableAlias();
  std::string items;
  for (const Column& column : select.columns) items += column.sql + " AS " + Alias(column.id) + ", ";
  items += KernelCallSql(std::move(kernel), arguments, false) + " AS e";
  Select read;
  read.from = "(" + SelectTextOf(select, items) + ") AS " + alias;
  read.nesting = select.nesting + 1;
  read.has_filter_below = true;
  for (const Column& column : select.columns) {
    read.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
  }
  for (size_t i = 0; i < node.generated.size(); ++i) {
    read.columns.push_back(Column{node.generated[i].id, Field(alias + ".e", i), Column::Form::kComputed, 2});
  }
  return read;
}

/// stack(n, v1, …): n rows of the values, filled row by row.
Select Lowerer::LowerStack(const bound::Relation&, const bound::Generate& node, const bound::Call& call,
                           Select select) {
  const auto* literal = StripAlias(call.arguments.at(0))->As<bound::Literal>();
  if (!literal) throw InternalError("stack without a constant number of rows");
  const size_t count = static_cast<size_t>(literal->value.integer());
  const size_t width = node.generated.size();
  PrepareFor(select, call.arguments, /*is_projection=*/false);
  const std::string alias = NewTableAlias();
  std::string list;
  for (size_t row = 0; row < count; ++row) {
    list += row > 0 ? ", struct_pack(" : "struct_pack(";
    for (size_t i = 0; i < width; ++i) {
      const size_t index = 1 + row * width + i;
      const std::string type = TypeSql(node.generated[i].type);
      const std::string value = index < call.arguments.size() ? Sql(call.arguments[index], select) : "NULL";
      list += (i > 0 ? ", f" : "f") + std::to_string(i) + " := CAST(" + value + " AS " + type + ")";
    }
    list += ")";
  }
  std::string items;
  for (const Column& column : select.columns) items += column.sql + " AS " + Alias(column.id) + ", ";
  items += "unnest([" + list + "]) AS e";
  Select stacked;
  stacked.from = "(" + SelectTextOf(select, items) + ") AS " + alias;
  stacked.nesting = select.nesting + 1;
  stacked.has_filter_below = true;
  for (const Column& column : select.columns) {
    stacked.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
  }
  for (size_t i = 0; i < width; ++i) {
    stacked.columns.push_back(Column{node.generated[i].id, Field(alias + ".e", i), Column::Form::kComputed, 2});
  }
  return stacked;
}

}  // namespace firesteel::lowering
