#include "analyzer/relation/relations.h"
#include "base/error.h"

/// Relations whose rows Python functions give.
namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis&, const plan::MapPartitions&, const plan::Relation& self) {
  ThrowUnsupported("mapInPandas", self.origin);
}
ScopePtr ResolveRelation(Analysis&, const plan::GroupMap&, const plan::Relation& self) {
  ThrowUnsupported("applyInPandas", self.origin);
}
ScopePtr ResolveRelation(Analysis&, const plan::CoGroupMap&, const plan::Relation& self) {
  ThrowUnsupported("cogroup", self.origin);
}
ScopePtr ResolveRelation(Analysis&, const plan::PythonTableFunction& node, const plan::Relation& self) {
  ThrowUnsupported("the user-defined table function " + node.function->name + " in Python", self.origin);
}

}  // namespace firesteel::analyzer
