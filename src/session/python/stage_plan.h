#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "bound/relation.h"

namespace firesteel::session {

/// Plans around a stage: what it reads, what stands in its place.

bound::ExpressionPtr ReferenceTo(const bound::Attribute& attribute);

/// A call of a built-in function that gives an int.
bound::ExpressionPtr IntegerCall(const char* name, std::vector<bound::ExpressionPtr> arguments);

/// The columns of `input` with these ids, in the order of the ids. Throws InternalError for one that is not there.
std::vector<bound::Attribute> ColumnsOf(const bound::Relation& input, const std::vector<bound::AttributeId>& ids);

/// `input` with these columns only.
bound::RelationPtr Select(bound::RelationPtr input, const std::vector<bound::Attribute>& columns);

/// Adds a column, the last, that numbers the groups of equal `keys` from 1, and sorts by it and then by `orders`.
/// Without keys all rows are one group.
bound::RelationPtr NumberGroups(bound::RelationPtr input, const std::vector<bound::Attribute>& keys,
                                const std::vector<bound::SortOrder>& orders, const bound::Attribute& number);

/// What a function promised against what its worker gave, from column `first` on: columns go by place, further ones are
/// not looked at. Throws UNSUPPORTED_CALL as Spark does.
void CheckTypes(const Schema& given, const std::vector<bound::Attribute>& expected, size_t first = 0);

/// Rows of the columns of one or two streams, which stand side by side; no stream: no rows. Throws QueryError as Spark
/// does when the last stream's columns do not have the types of the output.
bound::RelationPtr RowsOf(SharedBytes stream, SharedBytes beside, const std::vector<bound::Attribute>& output);

/// Rows of streams that hold one struct each, whose fields are the output, one stream after the other. Decimals take
/// the promised precision and scale, nulls of no type the promised type, as Spark reads them.
bound::RelationPtr RowsOfStructs(const std::vector<SharedBytes>& streams, const std::vector<bound::Attribute>& output);

/// The function of a stage's first call. Throws InternalError when there is none.
const bound::PythonFunction& FunctionOf(const bound::PythonStage& stage);
/// The columns under the names that workers see.
Schema WorkerSchema(const std::vector<bound::Attribute>& columns);

/// An id that no column of the query has: those of stages begin where the analyzer never comes.
bound::AttributeId NewStageId();
/// A column of a stage's own.
bound::Attribute NewColumn(const char* name, DataType type, bool nullable = false);
/// The place of a column among `columns`, where it is added if it is not there.
int32_t PlaceOf(const bound::Attribute& column, std::vector<bound::Attribute>& columns);

}  // namespace firesteel::session
