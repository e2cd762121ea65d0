// Functions in Python that come inside a plan. What they do is opaque here: only PySpark can read it.
#include "base/error.h"
#include "connect/data_type.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

plan::PythonCodePtr DecodePythonFunction(const proto::CommonInlineUserDefinedFunction& function,
                                         const DecodeContext& context) {
  plan::PythonCode code;
  code.name = function.function_name();
  code.deterministic = function.deterministic();
  switch (function.function_case()) {
    case proto::CommonInlineUserDefinedFunction::kPythonUdf: {
      const auto& udf = function.python_udf();
      // Text may also be the columns of a struct ("a int, b string"), which only the analyzer's parser reads.
      if (udf.output_type().has_unparsed()) {
        code.output_type_text = udf.output_type().unparsed().data_type_string();
      } else {
        code.output_type = DecodeDataType(udf.output_type(), context);
      }
      code.eval_type = udf.eval_type();
      code.command = udf.command();
      code.python_version = udf.python_ver();
      code.includes.assign(udf.additional_includes().begin(), udf.additional_includes().end());
      return std::make_shared<const plan::PythonCode>(std::move(code));
    }
    case proto::CommonInlineUserDefinedFunction::kScalarScalaUdf:
      ThrowUnsupported("a user-defined function in Scala or Java (" + code.name + ")");
    case proto::CommonInlineUserDefinedFunction::kJavaUdf:
      // There is no JVM here, so no class is on its path.
      throw QueryError("_LEGACY_ERROR_TEMP_1329", {{"className", function.java_udf().class_name()}});
    case proto::CommonInlineUserDefinedFunction::FUNCTION_NOT_SET:
      break;
  }
  ThrowOneOfNotSet("spark.connect.CommonInlineUserDefinedFunction", "FUNCTION_NOT_SET");
}

plan::Expression::Node DecodeInlineFunction(const proto::CommonInlineUserDefinedFunction& function,
                                            const DecodeContext& context) {
  plan::PythonCall call;
  call.function = DecodePythonFunction(function, context);
  call.arguments = DecodeExpressions(function.arguments(), context);
  call.is_distinct = function.is_distinct();
  return call;
}

}  // namespace firesteel::connect
