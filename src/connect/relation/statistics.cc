#include "base/error.h"
#include "connect/expression/decode_expression.h"
#include "connect/relation/decode_relation.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

RelationNode DecodeStatistics(const proto::Relation& relation, const DecodeContext& context) {
  using Kind = plan::Statistics::Kind;
  plan::Statistics node;
  auto pair = [&](Kind kind, const auto& statistic) {
    node.kind = kind;
    node.child = DecodeRelation(statistic.input(), context);
    node.columns = {statistic.col1(), statistic.col2()};
  };
  switch (relation.rel_type_case()) {
    case proto::Relation::kSummary:
      node.kind = Kind::kSummary;
      node.child = DecodeRelation(relation.summary().input(), context);
      node.statistics = DecodeStrings(relation.summary().statistics());
      return node;
    case proto::Relation::kDescribe:
      node.kind = Kind::kDescribe;
      node.child = DecodeRelation(relation.describe().input(), context);
      node.columns = DecodeStrings(relation.describe().cols());
      return node;
    case proto::Relation::kCrosstab:
      pair(Kind::kCrosstab, relation.crosstab());
      return node;
    case proto::Relation::kCov:
      pair(Kind::kCov, relation.cov());
      return node;
    case proto::Relation::kCorr:
      pair(Kind::kCorr, relation.corr());
      node.method = relation.corr().has_method() ? relation.corr().method() : "pearson";
      return node;
    case proto::Relation::kApproxQuantile: {
      const auto& quantile = relation.approx_quantile();
      node.kind = Kind::kApproxQuantile;
      node.child = DecodeRelation(quantile.input(), context);
      node.columns = DecodeStrings(quantile.cols());
      node.probabilities.assign(quantile.probabilities().begin(), quantile.probabilities().end());
      node.relative_error = quantile.relative_error();
      return node;
    }
    case proto::Relation::kFreqItems:
      node.kind = Kind::kFreqItems;
      node.child = DecodeRelation(relation.freq_items().input(), context);
      node.columns = DecodeStrings(relation.freq_items().cols());
      node.relative_error = relation.freq_items().has_support() ? relation.freq_items().support() : 0.01;
      return node;
    case proto::Relation::kSampleBy: {
      const auto& sample = relation.sample_by();
      node.kind = Kind::kSampleBy;
      node.child = DecodeRelation(sample.input(), context);
      node.stratify_column = DecodeExpression(sample.col(), context);
      for (const auto& fraction : sample.fractions()) {
        node.fractions.emplace_back(DecodeLiteralExpression(fraction.stratum(), context), fraction.fraction());
      }
      if (sample.has_seed()) node.seed = sample.seed();
      return node;
    }
    default:
      throw InternalError("not a statistic: relation " + std::to_string(relation.rel_type_case()));
  }
}

}  // namespace firesteel::connect
