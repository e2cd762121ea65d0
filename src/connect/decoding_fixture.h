#pragma once

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "connect/decode_context.h"
#include "plan/expression.h"

/// For this module's tests: messages from their text form, and a session that is only a map.
namespace firesteel::connect {

template <class Message>
Message FromText(const std::string& text) {
  Message message;
  if (!google::protobuf::TextFormat::ParseFromString(text, &message)) ADD_FAILURE() << "bad text: " << text;
  return message;
}

class DecodingTest : public testing::Test {
 protected:
  DecodingTest() {
    context_.parse_identifier = [](const std::string& text) { return plan::ParseAttributeName(text); };
    context_.parse_data_type = [](const std::string& text) {
      return text == "int" ? DataType::Int() : DataType::String();
    };
    context_.find_cached = [this](const std::string& hash) {
      auto it = cached_.find(hash);
      return it == cached_.end() ? nullptr : Bytes::Of(it->second);
    };
    context_.find_remote_relation = [](const std::string&) { return nullptr; };
    context_.session_id = "the-session";
  }

  /// The condition that `body` fails with, or "" when it does not.
  template <class Body>
  std::string ConditionOf(const Body& body) {
    try {
      body();
      return "";
    } catch (const QueryError& error) {
      return error.condition();
    }
  }

  DecodeContext context_;
  std::map<std::string, std::string> cached_;
};

}  // namespace firesteel::connect
