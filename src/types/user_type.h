#pragma once

#include <string>

#include "types/data_type.h"

namespace firesteel {

/// The type with what values are kept as in place of user-defined types, at every depth: what lowering, engine, Arrow
/// and files know. The type itself, sharing all of it, where there is none.
DataType StorageType(const DataType& type);
Schema StorageSchema(Schema schema);

/// Whether values are more than one simple value: such ones never become text without a cast.
inline bool IsCompound(const DataType& type) { return type.IsNested() || type.Is(TypeKind::kUserDefined); }

/// Spark's name of a user-defined type: "pythonuserdefined", or that of its class in Java.
std::string UserTypeName(const DataType& type);

/// The type of a class in Java, kept and called as Spark has it. Throws UDT_CLASS_NOT_FOUND for a class that does not
/// come with Spark: a server without Java can know nothing of such a one.
DataType KnownJvmUserType(const std::string& jvm_class);

}  // namespace firesteel
