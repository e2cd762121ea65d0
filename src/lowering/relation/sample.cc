#include <cmath>

#include "base/error.h"
#include "lowering/lowerer.h"

namespace firesteel::lowering {
namespace {

using functions::KernelContext;
using functions::ResultVector;
using functions::VectorView;

/// A number in [0, 1) that depends only on the seed and the row's number (SplitMix64).
double UniformAt(int64_t seed, int64_t row) {
  uint64_t x = static_cast<uint64_t>(seed) * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(row) * 0xD1B54A32D192ED03u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  x ^= x >> 31;
  return static_cast<double>(x >> 11) * 0x1.0p-53;
}

/// (row number, seed, lower, upper) → how often the row is taken: 0 or 1.
void Bernoulli(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* out = result.Data<int64_t>();
  for (size_t row = 0; row < rows; ++row) {
    const double u = UniformAt(arguments[1].Get<int64_t>(row), arguments[0].Get<int64_t>(row));
    out[row] = u >= arguments[2].Get<double>(row) && u < arguments[3].Get<double>(row) ? 1 : 0;
  }
}

/// (row number, seed, lower, upper) → how often the row is taken: Poisson with the mean upper − lower.
void Poisson(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto* out = result.Data<int64_t>();
  for (size_t row = 0; row < rows; ++row) {
    const double mean = arguments[3].Get<double>(row) - arguments[2].Get<double>(row);
    const double limit = std::exp(-mean);
    int64_t count = -1;
    double product = 1;
    for (int64_t draw = 0; draw < 10000 && product > limit; ++draw, ++count) {
      product *= UniformAt(arguments[1].Get<int64_t>(row) + draw * 7919, arguments[0].Get<int64_t>(row));
    }
    out[row] = std::max<int64_t>(count, 0);
  }
}

constexpr functions::Kernel kBernoulli{Bernoulli, nullptr, false};
constexpr functions::Kernel kPoisson{Poisson, nullptr, false};

}  // namespace

/// A function of the seed and the row's number in the child's order: repeatable wherever that order is.
Select Lowerer::LowerNode(const bound::Relation&, const bound::Sample& node) {
  Select select = Lower(*node.child);
  Wrap(select);
  const std::string numbered = NewTableAlias();
  functions::KernelCall call;
  call.kernel = node.with_replacement ? &kPoisson : &kBernoulli;
  call.argument_types = {DataType::Long(), DataType::Long(), DataType::Double(), DataType::Double()};
  call.result_type = DataType::Long();
  call.constants.resize(4);
  char bounds[96];
  std::snprintf(bounds, sizeof bounds, "'%.17g'::DOUBLE, '%.17g'::DOUBLE", node.lower_bound, node.upper_bound);
  const std::string taken = KernelCallSql(
      std::move(call), {numbered + ".row_index", "CAST(" + std::to_string(node.seed) + " AS BIGINT)", bounds}, false);
  Select sampled;
  const std::string from = "(SELECT *, row_number() OVER () AS row_index FROM " + select.from + ") AS " + numbered;
  std::string alias = numbered;
  if (node.with_replacement) {
    alias = NewTableAlias();
    sampled.from = "(SELECT *, unnest(range(" + taken + ")) AS copy_index FROM " + from + ") AS " + alias;
  } else {
    sampled.from = from;
    sampled.where.push_back(taken + " = 1");
  }
  sampled.nesting = select.nesting + 2;
  sampled.has_filter_below = true;
  for (const Column& column : select.columns) {
    sampled.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
  }
  return sampled;
}

}  // namespace firesteel::lowering
