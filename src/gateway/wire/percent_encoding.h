#pragma once

#include <string>
#include <string_view>

/// %XX, as in URLs, forms and `grpc-message`. Pure functions, thread-safe.
namespace firesteel::gateway {

/// %XX decoded; false where a % is not followed by two digits. `plus`: '+' is a blank, as in forms.
bool DecodePercent(std::string_view text, bool plus, std::string* decoded);
/// For a path's segment or a query's value: all but letters, digits and -._~ as %XX.
std::string EncodePercent(std::string_view text);

}  // namespace firesteel::gateway
