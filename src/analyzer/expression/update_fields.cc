#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "functions/binding/binding.h"
#include "functions/binding/common_value.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

// withField and dropFields: a new struct of the old fields, with one set, added or removed.
class FieldUpdate {
 public:
  FieldUpdate(ExpressionResolver& resolver, std::vector<std::string> path, bound::ExpressionPtr value, OriginPtr origin)
      : resolver_(resolver), path_(std::move(path)), value_(std::move(value)), origin_(std::move(origin)) {}

  bound::ExpressionPtr Apply(const bound::ExpressionPtr& child, size_t depth) const {
    if (!child->type.Is(TypeKind::kStruct)) {
      throw QueryError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                       {{"sqlExpr", QuotedSql(*child, resolver_.settings())},
                        {"paramIndex", "first"},
                        {"inputSql", QuotedSql(*child, resolver_.settings())},
                        {"inputType", QuoteType(child->type)},
                        {"requiredType", "\"STRUCT\""}},
                       origin_);
    }
    const Parts parts = PartsOf(child);
    const std::vector<StructField>& fields = child->type.fields();
    const bool last = depth + 1 == path_.size();
    std::vector<bound::ExpressionPtr> arguments;
    bool found = false;
    bound::ExpressionPtr shown;
    for (size_t i = 0; i < fields.size(); ++i) {
      bound::ExpressionPtr field = FieldOf(parts, child, i);
      std::string name = fields[i].name;
      if (SameName(name, path_[depth], resolver_.settings().case_sensitive)) {
        found = true;
        if (last && !value_) continue;
        field = last ? value_ : Apply(field, depth + 1);
        if (!last) shown = field;
        name = path_[depth];
      } else if (field->nullable && !fields[i].nullable) {
        // Read only where the struct is not NULL.
        bound::Expression kept = *field;
        kept.nullable = false;
        field = std::make_shared<const bound::Expression>(std::move(kept));
      }
      Append(arguments, name, std::move(field));
    }
    if (!found && !last) (void)resolver_.ExtractField(child, path_[depth], origin_);  // throws FIELD_NOT_FOUND
    if (!found && value_) Append(arguments, path_[depth], value_);
    if (arguments.empty())
      throw QueryError("DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS", {{"sqlExpr", "\"update_fields()\""}}, origin_);
    bound::ExpressionPtr updated = resolver_.CallFunction("named_struct", std::move(arguments), origin_);
    if (child->nullable) {
      const bound::ExpressionPtr& source = parts.source ? parts.source : child;
      bound::ExpressionPtr is_null = resolver_.CallFunction("isnull", {source}, origin_);
      updated = resolver_.CallFunction("if", {is_null, bound::MakeLiteral(updated->type, Value{}), updated}, origin_);
    }
    // A call around it that prints as Spark's own expression does.
    if (!shown && value_) shown = value_;
    bound::ExpressionPtr call =
        shown ? functions::BindByName("update_fields", {child, shown, updated}, resolver_.settings(), origin_)
              : functions::BindByName("drop_fields", {child, updated}, resolver_.settings(), origin_);
    functions::RefuseOversized(call);
    return call;
  }

 private:
  /// What an update before this one is made of, so that one after the other needs it only once and not once a field.
  struct Parts {
    const bound::Call* made = nullptr;  // its named_struct; null when the child is no update
    bound::ExpressionPtr source;        // it is NULL where this is; null when it never is
  };

  static Parts PartsOf(const bound::ExpressionPtr& child) {
    const auto call_of = [](const bound::ExpressionPtr& expression, std::string_view name) -> const bound::Call* {
      const auto* call = expression->As<bound::Call>();
      return call && call->function->name == name ? call : nullptr;
    };
    const bound::Call* update = call_of(child, "update_fields");
    if (!update) update = call_of(child, "drop_fields");
    if (!update) return {};
    const bound::ExpressionPtr& updated = update->arguments.back();
    if (const bound::Call* made = call_of(updated, "named_struct")) return {made, nullptr};
    const bound::Call* guarded = call_of(updated, "if");
    const bound::Call* is_null = guarded ? call_of(guarded->arguments[0], "isnull") : nullptr;
    const bound::Call* made = guarded ? call_of(guarded->arguments[2], "named_struct") : nullptr;
    return is_null && made ? Parts{made, is_null->arguments[0]} : Parts{};
  }

  bound::ExpressionPtr FieldOf(const Parts& parts, const bound::ExpressionPtr& child, size_t i) const {
    if (parts.made) return parts.made->arguments[2 * i + 1];
    const StructField& field = child->type.fields()[i];
    return bound::Make(bound::GetField{child, static_cast<int32_t>(i), field.name, false}, field.type,
                       field.nullable || child->nullable, origin_);
  }

  static void Append(std::vector<bound::ExpressionPtr>& arguments, const std::string& name,
                     bound::ExpressionPtr value) {
    arguments.push_back(bound::MakeLiteral(DataType::String(), Value{name}));
    arguments.push_back(std::move(value));
  }

  ExpressionResolver& resolver_;
  const std::vector<std::string> path_;
  const bound::ExpressionPtr value_;
  const OriginPtr origin_;
};

}  // namespace

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::UpdateFields& node, const plan::Expression& self) {
  const bound::ExpressionPtr child = Resolve(node.child);
  const FieldUpdate update(*this, plan::ParseAttributeName(node.field_name, self.origin),
                           node.value ? Resolve(node.value) : nullptr, self.origin);
  return update.Apply(child, 0);
}

}  // namespace firesteel::analyzer
