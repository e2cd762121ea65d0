#pragma once

#include <string>
#include <vector>

#include "gateway/http/gateway_view.h"

namespace firesteel::gateway {

/// For whom a page is made.
struct PageReader {
  std::string name;              ///< empty: nobody in particular
  bool operator_rights = false;  ///< sees the buttons
  std::string form_token;        ///< what forms send back
};

/// HTML. Everything that is not ours is escaped; no scripts, the style is another file's.
std::string StatusPage(const GatewayView& view, const PageReader& reader, const std::string& search);
/// One session; more where several users have one of this id.
std::string SessionPage(const std::vector<SessionRow>& sessions, int64_t now_micros, const PageReader& reader);
/// The style of the pages, CSS.
std::string PageStyle();

}  // namespace firesteel::gateway
