#include "connect/origin.h"

#include <utility>

#include "spark/connect/common.pb.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

OriginPtr DecodeJvm(const proto::JvmOrigin& from) {
  auto origin = std::make_shared<Origin>();
  if (from.has_sql_text()) {
    origin->sql_text = std::make_shared<const std::string>(from.sql_text());
    origin->start_index = from.has_start_index() ? from.start_index() : -1;
    origin->stop_index = from.has_stop_index() ? from.stop_index() : -1;
    origin->line = from.has_line() ? from.line() : 0;
    origin->column = from.has_start_position() ? from.start_position() : 0;
    origin->object_type = from.object_type();
    origin->object_name = from.object_name();
    return origin;
  }
  if (from.stack_trace().empty()) return nullptr;
  // The first frame is the API's function, the second is the user's line (Spark's DataFrameQueryContext).
  origin->fragment = from.stack_trace(0).method_name();
  if (from.stack_trace_size() > 1) {
    const auto& frame = from.stack_trace(1);
    origin->call_site = frame.declaring_class() + "." + frame.method_name() + "(" + frame.file_name() + ":" +
                        std::to_string(frame.line_number()) + ")";
  }
  return origin;
}

}  // namespace

OriginPtr DecodeOrigin(const proto::Origin& from) {
  switch (from.function_case()) {
    case proto::Origin::kPythonOrigin: {
      auto origin = std::make_shared<Origin>();
      origin->fragment = from.python_origin().fragment();
      origin->call_site = from.python_origin().call_site();
      return origin;
    }
    case proto::Origin::kJvmOrigin:
      return DecodeJvm(from.jvm_origin());
    case proto::Origin::FUNCTION_NOT_SET:
      break;
  }
  return nullptr;
}

}  // namespace firesteel::connect
