#include "functions/formats/xml/xpath_expression.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "functions/formats/text_value.h"
#include "functions/formats/xml/xml_names.h"

namespace firesteel::functions::xpath {
namespace {

constexpr size_t kMostDepth = 250;
constexpr size_t kMostChained = 1000;

[[noreturn]] void Throw(const std::string& what) { throw Fault{"javax.xml.transform.TransformerException: " + what}; }

struct Token {
  enum class Kind : uint8_t { kEnd, kNumber, kLiteral, kName, kSymbol };
  Kind kind = Kind::kEnd;
  std::string text;  // of literals: what is between the quotes
  size_t begin = 0;
  size_t end = 0;
};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// The length of the NCName at a place, 0 for none.
size_t NameLength(std::string_view text) {
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end;
    NextCodePoint(text, next);
    if (!XmlNameFault(text.substr(0, next)).empty()) break;
    end = next;
  }
  return end;
}

std::vector<Token> Tokens(std::string_view text) {
  std::vector<Token> tokens;
  size_t at = 0;
  const auto add = [&](Token::Kind kind, size_t size) {
    tokens.push_back({kind, std::string(text.substr(at, size)), at, at + size});
    at += size;
  };
  while (at < text.size()) {
    const char c = text[at];
    if (IsSpace(c)) {
      ++at;
    } else if (c == '"' || c == '\'') {
      const size_t close = text.find(c, at + 1);
      if (close == std::string_view::npos) {
        Throw(std::string("misquoted literal... expected ") + (c == '"' ? "double" : "single") + " quote!");
      }
      tokens.push_back({Token::Kind::kLiteral, std::string(text.substr(at + 1, close - at - 1)), at, close + 1});
      at = close + 1;
    } else if (IsDigit(c) || (c == '.' && at + 1 < text.size() && IsDigit(text[at + 1]))) {
      size_t end = at;
      while (end < text.size() && IsDigit(text[end])) ++end;
      if (end < text.size() && text[end] == '.') {
        ++end;
        while (end < text.size() && IsDigit(text[end])) ++end;
      }
      add(Token::Kind::kNumber, end - at);
    } else if (const size_t size = NameLength(text.substr(at)); size > 0) {
      add(Token::Kind::kName, size);
    } else {
      static constexpr std::string_view kPairs[] = {"//", "::", "..", "!=", "<=", ">="};
      const bool is_pair = std::any_of(std::begin(kPairs), std::end(kPairs),
                                       [&](std::string_view pair) { return text.substr(at).starts_with(pair); });
      size_t end = at;
      NextCodePoint(text, end);
      add(Token::Kind::kSymbol, is_pair ? 2 : end - at);
    }
  }
  tokens.push_back({Token::Kind::kEnd, "", at, at});
  return tokens;
}

constexpr std::pair<std::string_view, Axis> kAxes[] = {
    {"ancestor", Axis::kAncestor},
    {"ancestor-or-self", Axis::kAncestorOrSelf},
    {"attribute", Axis::kAttribute},
    {"child", Axis::kChild},
    {"descendant", Axis::kDescendant},
    {"descendant-or-self", Axis::kDescendantOrSelf},
    {"following", Axis::kFollowing},
    {"following-sibling", Axis::kFollowingSibling},
    {"namespace", Axis::kNamespace},
    {"parent", Axis::kParent},
    {"preceding", Axis::kPreceding},
    {"preceding-sibling", Axis::kPrecedingSibling},
    {"self", Axis::kSelf},
};

struct Signature {
  std::string_view name;
  std::string_view java_class;
  size_t least;
  size_t most;
  std::string_view words;  // Xalan's words for the counts
};

constexpr size_t kAny = static_cast<size_t>(-1);
constexpr Signature kFunctions[] = {
    {"boolean", "FuncBoolean", 1, 1, "1"},
    {"ceiling", "FuncCeiling", 1, 1, "1"},
    {"concat", "FuncConcat", 2, kAny, ">1"},
    {"contains", "FuncContains", 2, 2, "2"},
    {"count", "FuncCount", 1, 1, "1"},
    {"current", "FuncCurrent", 0, 0, "0"},
    {"false", "FuncFalse", 0, 0, "0"},
    {"floor", "FuncFloor", 1, 1, "1"},
    {"id", "FuncId", 1, 1, "1"},
    {"lang", "FuncLang", 1, 1, "1"},
    {"last", "FuncLast", 0, 0, "0"},
    {"local-name", "FuncLocalPart", 0, 1, "0 or 1"},
    {"name", "FuncQname", 0, 1, "0 or 1"},
    {"namespace-uri", "FuncNamespace", 0, 1, "0 or 1"},
    {"normalize-space", "FuncNormalizeSpace", 0, 1, "0 or 1"},
    {"not", "FuncNot", 1, 1, "1"},
    {"number", "FuncNumber", 0, 1, "0 or 1"},
    {"position", "FuncPosition", 0, 0, "0"},
    {"round", "FuncRound", 1, 1, "1"},
    {"starts-with", "FuncStartsWith", 2, 2, "2"},
    {"string", "FuncString", 0, 1, "0 or 1"},
    {"string-length", "FuncStringLength", 0, 1, "0 or 1"},
    {"substring", "FuncSubstring", 2, 3, "2 or 3"},
    {"substring-after", "FuncSubstringAfter", 2, 2, "2"},
    {"substring-before", "FuncSubstringBefore", 2, 2, "2"},
    {"sum", "FuncSum", 1, 1, "1"},
    {"translate", "FuncTranslate", 3, 3, "3"},
    {"true", "FuncTrue", 0, 0, "0"},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(Tokens(text)) {}

  ExpressionPtr Whole() {
    if (At().kind == Token::Kind::kEnd) Throw("Empty expression!");
    ExpressionPtr expression = Or();
    if (At().kind != Token::Kind::kEnd) {
      std::string rest;
      for (; At().kind != Token::Kind::kEnd; ++at_) rest += (rest.empty() ? "'" : ", '") + At().text + "'";
      Throw("Extra illegal tokens: " + rest);
    }
    return expression;
  }

 private:
  using Mutable = std::unique_ptr<Expression>;

  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMostDepth) Throw("the expression is too deep");
    }
    ~Level() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  const Token& At(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& Advance() {
    const Token& token = At();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool IsSymbol(std::string_view text, size_t ahead = 0) const {
    return At(ahead).kind == Token::Kind::kSymbol && At(ahead).text == text;
  }
  bool IsWord(std::string_view text) const { return At().kind == Token::Kind::kName && At().text == text; }
  bool Take(std::string_view symbol) {
    if (!IsSymbol(symbol)) return false;
    ++at_;
    return true;
  }
  void Expect(std::string_view symbol) {
    if (!Take(symbol)) Throw("Expected " + std::string(symbol) + ", but found: " + At().text);
  }

  static Mutable Make(Operation operation) {
    auto expression = std::make_unique<Expression>();
    expression->operation = operation;
    return expression;
  }
  static ExpressionPtr Binary(Operation operation, ExpressionPtr left, ExpressionPtr right) {
    Mutable expression = Make(operation);
    expression->operands.push_back(std::move(left));
    expression->operands.push_back(std::move(right));
    return expression;
  }

  // A word is an operator here because an operand stands before it. Chains are limited, since they are as deep as
  // they are long.
  ExpressionPtr Or() {
    const Level level(*this);
    ExpressionPtr left = And();
    while (IsWord("or")) left = Chain(Operation::kOr, std::move(left), &Parser::And);
    return left;
  }
  ExpressionPtr And() {
    ExpressionPtr left = Equality();
    while (IsWord("and")) left = Chain(Operation::kAnd, std::move(left), &Parser::Equality);
    return left;
  }
  ExpressionPtr Equality() {
    ExpressionPtr left = Relation();
    while (IsSymbol("=") || IsSymbol("!=")) {
      left = Chain(IsSymbol("=") ? Operation::kEqual : Operation::kNotEqual, std::move(left), &Parser::Relation);
    }
    return left;
  }
  ExpressionPtr Relation() {
    ExpressionPtr left = Sum();
    while (true) {
      if (IsSymbol("<")) {
        left = Chain(Operation::kLess, std::move(left), &Parser::Sum);
      } else if (IsSymbol("<=")) {
        left = Chain(Operation::kLessOrEqual, std::move(left), &Parser::Sum);
      } else if (IsSymbol(">")) {
        left = Chain(Operation::kGreater, std::move(left), &Parser::Sum);
      } else if (IsSymbol(">=")) {
        left = Chain(Operation::kGreaterOrEqual, std::move(left), &Parser::Sum);
      } else {
        return left;
      }
    }
  }
  ExpressionPtr Sum() {
    ExpressionPtr left = Product();
    while (IsSymbol("+") || IsSymbol("-")) {
      left = Chain(IsSymbol("+") ? Operation::kAdd : Operation::kSubtract, std::move(left), &Parser::Product);
    }
    return left;
  }
  ExpressionPtr Product() {
    ExpressionPtr left = Negation();
    while (true) {
      if (IsSymbol("*")) {
        left = Chain(Operation::kMultiply, std::move(left), &Parser::Negation);
      } else if (IsWord("div")) {
        left = Chain(Operation::kDivide, std::move(left), &Parser::Negation);
      } else if (IsWord("mod")) {
        left = Chain(Operation::kModulo, std::move(left), &Parser::Negation);
      } else {
        return left;
      }
    }
  }
  ExpressionPtr Negation() {
    if (!Take("-")) return Union();
    const Level level(*this);
    Mutable expression = Make(Operation::kNegate);
    expression->operands.push_back(Negation());
    return expression;
  }
  ExpressionPtr Union() {
    ExpressionPtr left = Path();
    while (IsSymbol("|")) left = Chain(Operation::kUnion, std::move(left), &Parser::Path);
    return left;
  }
  ExpressionPtr Chain(Operation operation, ExpressionPtr left, ExpressionPtr (Parser::*next)()) {
    if (++chained_ > kMostChained) Throw("the expression is too long");
    ++at_;
    return Binary(operation, std::move(left), (this->*next)());
  }

  bool IsCall() const {
    if (At().kind != Token::Kind::kName) return false;
    if (IsSymbol(":", 1) && At(2).kind == Token::Kind::kName) return IsSymbol("(", 3);
    static constexpr std::string_view kTypes[] = {"comment", "node", "processing-instruction", "text"};
    return IsSymbol("(", 1) && std::find(std::begin(kTypes), std::end(kTypes), At().text) == std::end(kTypes);
  }

  ExpressionPtr Path() {
    const bool is_filter = At().kind == Token::Kind::kLiteral || At().kind == Token::Kind::kNumber || IsSymbol("(") ||
                           IsSymbol("$") || IsCall();
    if (!is_filter) return Location();
    ExpressionPtr primary = Primary();
    const bool has_steps = IsSymbol("/") || IsSymbol("//");
    if (!IsSymbol("[") && !has_steps) return primary;
    Mutable path = Make(Operation::kPath);
    path->operands.push_back(std::move(primary));
    path->predicates = Predicates();
    if (Take("//")) {
      path->steps.push_back(AnyBelow());
      Steps(*path);
    } else if (Take("/")) {
      Steps(*path);
    }
    return path;
  }

  ExpressionPtr Primary() {
    if (At().kind == Token::Kind::kLiteral) {
      Mutable expression = Make(Operation::kText);
      expression->text = Advance().text;
      return expression;
    }
    if (At().kind == Token::Kind::kNumber) {
      Mutable expression = Make(Operation::kNumber);
      expression->number = ParseJavaReal(Advance().text, false).value_or(0);
      return expression;
    }
    if (Take("(")) {
      ExpressionPtr expression = Or();
      Expect(")");
      return expression;
    }
    Mutable call = Make(Operation::kCall);
    if (Take("$")) {
      call->text = "$" + Advance().text;
      return call;
    }
    call->text = Advance().text;
    if (Take(":")) call->text += ":" + Advance().text;
    Expect("(");
    if (!Take(")")) {
      do {
        call->operands.push_back(Or());
      } while (Take(","));
      Expect(")");
    }
    if (call->text.find(':') == std::string::npos) CheckCall(call->text, call->operands.size());
    return call;
  }

  static Step AnyBelow() {
    Step step;
    step.axis = Axis::kDescendantOrSelf;
    step.test = NodeTest::kNode;
    return step;
  }
  bool IsStepStart() const {
    return At().kind == Token::Kind::kName || IsSymbol("*") || IsSymbol("@") || IsSymbol(".") || IsSymbol("..");
  }

  ExpressionPtr Location() {
    Mutable path = Make(Operation::kPath);
    if (Take("//")) {
      path->is_absolute = true;
      path->steps.push_back(AnyBelow());
      Steps(*path);
      // Java finds these by their whole name in an index.
      if (path->steps.size() == 2 && path->steps[1].axis == Axis::kChild && path->steps[1].predicates.empty()) {
        path->steps[1].whole_name = true;
      }
    } else if (Take("/")) {
      path->is_absolute = true;
      if (IsStepStart()) Steps(*path);
    } else if (IsStepStart()) {
      Steps(*path);
    } else if (At().kind == Token::Kind::kEnd) {
      Throw("A location path was expected, but the end of the XPath expression was found instead.");
    } else {
      Throw("A location path was expected, but the following token was encountered:  " + At().text);
    }
    return path;
  }

  void Steps(Expression& path) {
    while (true) {
      if (!IsStepStart()) Throw("A location step was expected following the '/' or '//' token.");
      path.steps.push_back(OneStep());
      if (Take("//")) {
        path.steps.push_back(AnyBelow());
      } else if (!Take("/")) {
        return;
      }
    }
  }

  std::vector<ExpressionPtr> Predicates() {
    std::vector<ExpressionPtr> predicates;
    while (Take("[")) {
      predicates.push_back(Or());
      Expect("]");
    }
    return predicates;
  }

  Step OneStep() {
    Step step;
    if (IsSymbol(".") || IsSymbol("..")) {
      step.axis = IsSymbol(".") ? Axis::kSelf : Axis::kParent;
      step.test = NodeTest::kNode;
      ++at_;
      step.predicates = Predicates();
      return step;
    }
    if (Take("@")) {
      step.axis = Axis::kAttribute;
    } else if (At().kind == Token::Kind::kName && IsSymbol("::", 1)) {
      const auto axis =
          std::find_if(std::begin(kAxes), std::end(kAxes), [&](const auto& known) { return known.first == At().text; });
      if (axis == std::end(kAxes)) Throw("illegal axis name: " + At().text);
      step.axis = axis->second;
      at_ += 2;
    }
    Test(step);
    step.predicates = Predicates();
    return step;
  }

  void Test(Step& step) {
    if (Take("*")) {
      step.name = "*";
      return;
    }
    if (At().kind != Token::Kind::kName) {
      Throw("A node test that matches either NCName:* or QName was expected.");
    }
    const std::string name = Advance().text;
    if (IsSymbol("(")) {
      ++at_;
      if (name == "comment") {
        step.test = NodeTest::kComment;
      } else if (name == "text") {
        step.test = NodeTest::kText;
      } else if (name == "node") {
        step.test = NodeTest::kNode;
      } else if (name == "processing-instruction") {
        step.test = NodeTest::kProcessingInstruction;
        if (At().kind == Token::Kind::kLiteral) step.name = Advance().text;
      } else {
        Throw("Unknown nodetype: " + name);
      }
      Expect(")");
      return;
    }
    step.name = name;
    if (Take(":")) {
      step.test = NodeTest::kNever;
      if (!Take("*")) Advance();
    }
  }

  const std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t depth_ = 0;
  size_t chained_ = 0;
};

}  // namespace

void CheckCall(std::string_view function, size_t arguments) {
  const auto found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                  [&](const Signature& known) { return known.name == function; });
  if (found == std::end(kFunctions)) Throw("Could not find function: " + std::string(function));
  if (arguments < found->least || arguments > found->most) {
    Throw("com.sun.org.apache.xpath.internal.functions." + std::string(found->java_class) + " only allows " +
          std::string(found->words) + " arguments");
  }
}

ExpressionPtr Parse(std::string_view text) { return Parser(text).Whole(); }

}  // namespace firesteel::functions::xpath
