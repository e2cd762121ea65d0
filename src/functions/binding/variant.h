#pragma once

#include "functions/binding/binding.h"

/// Bind rules of the functions on variants. Their arguments are never cast implicitly, but for NULL.
namespace firesteel::functions {

/// As the row's signature says, without casts.
bound::ExpressionPtr BindVariantFunction(const BindRequest& request);
/// (variant, path [, type]): the type is a NULL of it (the analyzer reads it, see SchemaArgument).
bound::ExpressionPtr BindVariantGet(const BindRequest& request);
bound::ExpressionPtr BindToVariantObject(const BindRequest& request);
/// variant_insert, variant_array_append, variant_set and their try_ forms.
bound::ExpressionPtr BindVariantEdit(const BindRequest& request);
bound::ExpressionPtr BindVariantStripNulls(const BindRequest& request);
bound::ExpressionPtr BindVariantExplode(const BindRequest& request);

}  // namespace firesteel::functions
