#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/config/connection_settings.h"
#include "firesteel/arrow_c_data.h"
#include "firesteel/error.h"
#include "firesteel/result.h"
#include "firesteel/row.h"

/// The border between the shell and the server it talks to.
namespace firesteel::shell {

using client::Error;
using client::ErrorKind;
using client::Result;

/// The rows of one statement while they arrive. Read once, by one thread. Dropping it before its end ends the
/// operation on the server.
class Answer {
 public:
  virtual ~Answer() = default;
  /// Waits until the server has told the columns; a statement without a result has none.
  virtual Result<client::Schema> GetSchema() = 0;
  /// Some more rows, at most a few thousand; nothing at the end.
  virtual Result<std::optional<std::vector<client::Row>>> Next() = 0;
  /// Moves what is left into an Arrow stream, which the receiver releases.
  virtual void ExportTo(ArrowArrayStream* stream) = 0;
};

/// A session on a server.
class Backend {
 public:
  virtual ~Backend() = default;

  /// Runs the statement; it has taken effect when this returns, and an answer's rows arrive by and by.
  virtual Result<std::unique_ptr<Answer>> Run(const std::string& sql) = 0;
  /// Ends what runs now, if anything does: it then fails with kCanceled. From any thread.
  virtual void Cancel() = 0;

  /// How people call it: the profile's name, or the host. For prompts.
  virtual const std::string& name() const = 0;
  /// "sc://host:port", without secrets; for messages.
  virtual const std::string& address() const = 0;
  virtual Result<std::string> Version() = 0;
  /// The session's time zone, in which timestamps are shown.
  virtual std::string TimeZone() = 0;
  /// Called from the thread that reads an answer. One at a time; null for none.
  virtual void SetProgressHandler(std::function<void(const client::Progress&)> handler) = 0;
};

/// Opens a session.
using Connector = std::function<Result<std::unique_ptr<Backend>>(const client::RequestedSettings& settings)>;

}  // namespace firesteel::shell
