#pragma once

namespace firesteel {

/// Builds one visitor for std::visit from several lambdas. A node without a lambda does not compile.
template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace firesteel
