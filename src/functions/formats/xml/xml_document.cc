#include "functions/formats/xml/xml_document.h"

#include <libxml/entities.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/valid.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>

namespace firesteel::functions {
namespace {

constexpr size_t kMostBytes = size_t{1} << 30;
constexpr size_t kMostRecordDepth = 1000;
constexpr size_t kMostRecordAttributes = 1024;
constexpr size_t kMostTreeAttributes = 10000;
constexpr size_t kMostExpansions = 64000;
constexpr size_t kMostExpandedBytes = 50'000'000;

std::string_view View(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

struct ContextDeleter {
  void operator()(xmlParserCtxtPtr context) const {
    // Declarations of entities are kept in a document of the parser's own.
    if (context->myDoc) xmlFreeDoc(context->myDoc);
    xmlFreeParserCtxt(context);
  }
};
struct DocumentDeleter {
  void operator()(xmlDocPtr document) const { xmlFreeDoc(document); }
};

std::string_view View(const xmlChar* text, int size) {
  return {reinterpret_cast<const char*>(text), static_cast<size_t>(size)};
}

/// While one lives, libxml2 writes nothing to the standard error of this thread, as it does where it has no context.
class Silence {
 public:
  Silence() : function_(xmlGenericError), data_(xmlGenericErrorContext) { xmlSetGenericErrorFunc(nullptr, Ignore); }
  ~Silence() { xmlSetGenericErrorFunc(data_, function_); }
  Silence(const Silence&) = delete;

 private:
  static void Ignore(void*, const char*, ...) {}

  const xmlGenericErrorFunc function_;
  void* const data_;
};

/// libxml2 compares each attribute of an element with those before it, and asks nobody in between: so many of them are
/// refused before it sees them. Markup is scanned as libxml2 would scan it up to the first error.
class AttributeScan {
 public:
  AttributeScan(std::string_view text, size_t most) : text_(text), most_(most) {}

  bool HasTooMany() {
    // ` a=""` is the shortest.
    if (text_.size() < most_ * 5) return false;
    while ((at_ = text_.find('<', at_)) != std::string_view::npos) {
      if (Starts("<!--")) {
        Skip("-->");
      } else if (Starts("<![CDATA[")) {
        Skip("]]>");
      } else if (Starts("<?")) {
        Skip("?>");
      } else if (Markup(Starts("<!"))) {
        return true;
      }
    }
    return false;
  }

 private:
  bool Starts(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }
  void Skip(std::string_view end) { at_ = std::min(text_.find(end, at_), text_.size()); }

  /// A tag, or a DTD, in whose literals the text of elements may stand.
  bool Markup(bool is_declaration) {
    size_t equals = 0;
    size_t brackets = 0;
    char quote = 0;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '=' && (!quote || is_declaration) && ++equals > most_) return true;
      if (quote) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (is_declaration && c == '<' && Starts("<!--")) {
        Skip("-->");
      } else if (is_declaration && c == '<' && Starts("<?")) {
        Skip("?>");
      } else if (is_declaration && (c == '[' || c == ']')) {
        brackets = c == '[' ? brackets + 1 : 0;
      } else if (c == '>' && brackets == 0) {
        return false;
      }
    }
    return false;
  }

  const std::string_view text_;
  const size_t most_;
  size_t at_ = 0;
};

struct DefaultAttribute {
  std::string element;
  std::string name;
  std::string value;
  bool has_value;
  bool is_id;
};

}  // namespace

/// One run of libxml2 over a text: its callbacks fill the document.
class XmlReading {
 public:
  explicit XmlReading(XmlDocument& document)
      : document_(document), is_tree_(document.purpose_ == XmlDocument::Purpose::kTree) {}

  void Run(std::string_view text) {
    static std::once_flag once;
    std::call_once(once, xmlInitParser);
    const bool too_much = text.empty() || text.size() >= kMostBytes ||
                          AttributeScan(text, is_tree_ ? kMostTreeAttributes : kMostRecordAttributes).HasTooMany();
    bool is_sound = false;
    if (!too_much) is_sound = Parse(text);
    CloseText();
    Add(is_sound ? XmlEventKind::kEndDocument : XmlEventKind::kError);
  }

 private:
  /// Runs a callback. Nothing is thrown through libxml2: what was thrown comes out of Parse.
  template <class F>
  static void Call(void* data, F&& callback) {
    auto& self = *static_cast<XmlReading*>(data);
    if (self.stopped_) return;
    try {
      callback(self);
    } catch (...) {
      self.failure_ = std::current_exception();
      self.Stop();
    }
  }

  bool Parse(std::string_view text) {
    context_.reset(xmlCreateMemoryParserCtxt(text.data(), static_cast<int>(text.size())));
    if (!context_) return false;
    xmlSAXHandler& sax = *context_->sax;
    std::memset(&sax, 0, sizeof sax);
    sax.initialized = 1;  // SAX 1: no namespaces
    sax.startElement = [](void* data, const xmlChar* name, const xmlChar** attributes) {
      Call(data, [&](XmlReading& self) { self.StartElement(View(name), attributes); });
    };
    sax.endElement = [](void* data, const xmlChar*) { Call(data, [](XmlReading& self) { self.EndElement(); }); };
    sax.characters = [](void* data, const xmlChar* text, int size) {
      Call(data, [&](XmlReading& self) { self.Characters(View(text, size), false); });
    };
    sax.ignorableWhitespace = sax.characters;
    sax.cdataBlock = [](void* data, const xmlChar* text, int size) {
      Call(data, [&](XmlReading& self) { self.Characters(View(text, size), true); });
    };
    sax.comment = [](void* data, const xmlChar* text) {
      Call(data, [&](XmlReading& self) { self.Beside(XmlEventKind::kComment, std::string_view(), View(text)); });
    };
    sax.processingInstruction = [](void* data, const xmlChar* target, const xmlChar* text) {
      Call(data,
           [&](XmlReading& self) { self.Beside(XmlEventKind::kProcessingInstruction, View(target), View(text)); });
    };
    sax.reference = [](void* data, const xmlChar*) { Call(data, [](XmlReading& self) { self.Reference(); }); };
    sax.getEntity = [](void* data, const xmlChar* name) {
      xmlEntityPtr entity = nullptr;
      Call(data, [&](XmlReading& self) { entity = self.Entity(name); });
      return entity;
    };
    if (is_tree_) {
      sax.internalSubset = [](void* data, const xmlChar*, const xmlChar*, const xmlChar* system) {
        // What an external DTD would say is not known.
        if (system) Call(data, [](XmlReading& self) { self.Stop(); });
      };
      sax.entityDecl = [](void* data, const xmlChar* name, int type, const xmlChar*, const xmlChar*, xmlChar* content) {
        Call(data, [&](XmlReading& self) { self.DeclareEntity(name, type, content); });
      };
      sax.attributeDecl = [](void* data, const xmlChar* element, const xmlChar* name, int type, int,
                             const xmlChar* value, xmlEnumerationPtr values) {
        xmlFreeEnumeration(values);
        Call(data, [&](XmlReading& self) { self.DeclareAttribute(View(element), View(name), type, value); });
      };
    }
    context_->userData = this;
    // Without HUGE texts and depths are limited below what Spark takes; what HUGE leaves open is limited here.
    xmlCtxtUseOptions(context_.get(), XML_PARSE_HUGE | XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    context_->replaceEntities = is_tree_ ? 1 : 0;
    const Silence silence;
    xmlParseDocument(context_.get());
    if (failure_) std::rethrow_exception(failure_);
    return context_->wellFormed && !stopped_;
  }

  void Stop() {
    stopped_ = true;
    xmlStopParser(context_.get());
  }

  XmlText Keep(std::string_view text) {
    const auto begin = static_cast<uint32_t>(document_.text_.size());
    document_.text_ += text;
    if (document_.text_.size() >= 2 * kMostBytes) Stop();
    return {begin, static_cast<uint32_t>(text.size())};
  }
  XmlEvent& Add(XmlEventKind kind) {
    XmlEvent event;
    event.kind = kind;
    return document_.events_.emplace_back(event);
  }

  void Characters(std::string_view text, bool is_section) {
    if (!in_text_) {
      in_text_ = true;
      Add(XmlEventKind::kText).text.begin = static_cast<uint32_t>(document_.text_.size());
      has_border_ = false;
    } else if (!has_border_ && (is_section || in_section_)) {
      has_border_ = true;
      document_.events_.back().first_piece = document_.events_.back().text.size;
    }
    in_section_ = is_section;
    document_.events_.back().text.size += Keep(text).size;
  }
  void CloseText() {
    if (!in_text_) return;
    in_text_ = false;
    if (!has_border_) document_.events_.back().first_piece = document_.events_.back().text.size;
  }

  void Beside(XmlEventKind kind, std::string_view name, std::string_view text) {
    CloseText();
    if (!is_tree_) return;
    const XmlText kept_name = Keep(name);
    const XmlText kept_text = Keep(text);
    XmlEvent& event = Add(kind);
    event.name = kept_name;
    event.text = kept_text;
  }

  /// A value as it is meant: where entities are not replaced, libxml2 leaves &amp; as a reference to be read again.
  static std::string WithoutReferences(std::string_view value) {
    static constexpr std::string_view kAmpersand = "&#38;";
    std::string result;
    size_t at = 0;
    for (size_t next; (next = value.find(kAmpersand, at)) != std::string_view::npos; at = next + kAmpersand.size()) {
      result += value.substr(at, next - at);
      result += '&';
    }
    return result += value.substr(at);
  }

  void AddAttribute(std::string_view element, std::string_view name, std::string_view value) {
    XmlAttribute attribute;
    attribute.name = Keep(name);
    const bool is_plain = is_tree_ || value.find('&') == std::string_view::npos;
    attribute.value = is_plain ? Keep(value) : Keep(WithoutReferences(value));
    for (const DefaultAttribute& declared : declared_) {
      if (declared.name == name && declared.element == element) attribute.is_id = declared.is_id;
    }
    document_.attributes_.push_back(attribute);
  }

  void StartElement(std::string_view name, const xmlChar** attributes) {
    CloseText();
    // Woodstox finds a reference that it does not know before it gives the element.
    if (has_bad_reference_ || (++depth_ > kMostRecordDepth && !is_tree_)) return Stop();
    const auto first = static_cast<uint32_t>(document_.attributes_.size());
    for (const xmlChar** at = attributes; at && *at; at += 2) AddAttribute(name, View(at[0]), View(at[1]));
    for (const DefaultAttribute& declared : declared_) {
      if (!declared.has_value || declared.element != name) continue;
      const auto given = std::span(document_.attributes_).subspan(first);
      if (std::none_of(given.begin(), given.end(),
                       [&](const XmlAttribute& a) { return document_.Text(a.name) == declared.name; })) {
        AddAttribute(name, declared.name, declared.value);
      }
    }
    const XmlText kept = Keep(name);
    open_.push_back(kept);
    XmlEvent& event = Add(XmlEventKind::kStartElement);
    event.name = kept;
    event.attribute = first;
    event.attributes = static_cast<uint32_t>(document_.attributes_.size()) - first;
  }
  void EndElement() {
    CloseText();
    --depth_;
    Add(XmlEventKind::kEndElement).name = open_.back();
    open_.pop_back();
  }

  void Reference() {
    CloseText();
    has_bad_reference_ = false;
    if (!is_tree_) Add(XmlEventKind::kBadReference);
  }

  xmlDocPtr Declarations() {
    if (!declarations_) {
      declarations_.reset(xmlNewDoc(reinterpret_cast<const xmlChar*>("1.0")));
      if (declarations_) xmlCreateIntSubset(declarations_.get(), nullptr, nullptr, nullptr);
    }
    return declarations_.get();
  }
  void Declare(const xmlChar* name, const xmlChar* content) {
    if (xmlDocPtr document = Declarations()) {
      xmlAddDocEntity(document, name, XML_INTERNAL_GENERAL_ENTITY, nullptr, nullptr, content);
    }
  }
  void DeclareEntity(const xmlChar* name, int type, const xmlChar* content) {
    if (type == XML_INTERNAL_GENERAL_ENTITY) Declare(name, content);
    if (type == XML_EXTERNAL_GENERAL_PARSED_ENTITY) Declare(name, reinterpret_cast<const xmlChar*>(""));
  }
  void DeclareAttribute(std::string_view element, std::string_view name, int type, const xmlChar* value) {
    if (!value && type != XML_ATTRIBUTE_ID) return;
    if (declared_.size() >= kMostDeclared) return Stop();
    for (const DefaultAttribute& known : declared_) {
      if (known.name == name && known.element == element) return;  // the first counts
    }
    declared_.push_back({std::string(element), std::string(name), std::string(View(value)), value != nullptr,
                         type == XML_ATTRIBUTE_ID});
  }

  /// Called for every reference, those inside of entities included, so that it sees all of an expansion.
  xmlEntityPtr Entity(const xmlChar* name) {
    if (!is_tree_) {
      if (context_->inSubset) return nullptr;  // a declaration, not a reference
      has_bad_reference_ = true;
      // An entity of nothing: the reference itself is told then, or the element that it stands in.
      if (!xmlGetDocEntity(Declarations(), name)) Declare(name, reinterpret_cast<const xmlChar*>(""));
      return xmlGetDocEntity(Declarations(), name);
    }
    if (!declarations_) return nullptr;
    xmlEntityPtr entity = xmlGetDocEntity(declarations_.get(), name);
    if (!entity) return nullptr;
    expanded_ += static_cast<size_t>(entity->length);
    if (++expansions_ > kMostExpansions || expanded_ > kMostExpandedBytes) {
      Stop();
      return nullptr;
    }
    return entity;
  }

  static constexpr size_t kMostDeclared = 200;

  XmlDocument& document_;
  const bool is_tree_;
  std::unique_ptr<xmlParserCtxt, ContextDeleter> context_;
  std::unique_ptr<xmlDoc, DocumentDeleter> declarations_;
  std::vector<DefaultAttribute> declared_;
  std::vector<XmlText> open_;  // names of the elements that are open
  size_t depth_ = 0;
  size_t expansions_ = 0;
  size_t expanded_ = 0;
  bool stopped_ = false;
  std::exception_ptr failure_;
  bool in_text_ = false;
  bool in_section_ = false;
  bool has_border_ = false;
  bool has_bad_reference_ = false;
};

void XmlDocument::Parse(std::string_view text) {
  events_.clear();
  attributes_.clear();
  text_.clear();
  XmlReading(*this).Run(text);
}

}  // namespace firesteel::functions
