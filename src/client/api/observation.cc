#include "firesteel/observation.h"

#include <mutex>
#include <utility>

#include "base/uuid.h"
#include "client/api/observations.h"

namespace firesteel::client {

struct Observation::State {
  std::string name;
  std::mutex mutex;  // everything below
  bool used = false;
  std::optional<Error> error;
  std::optional<std::map<std::string, Value>> values;
};

namespace {

std::string RandomName() {
  std::string name = "observation_" + NewUuid();
  std::erase(name, '-');
  return name;
}

}  // namespace

Observation::Observation(std::string name) : state_(std::make_shared<State>()) {
  state_->name = name.empty() ? RandomName() : std::move(name);
}

const std::string& Observation::name() const { return state_->name; }

Result<std::map<std::string, Value>> Observation::get() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->error) return *state_->error;
  if (!state_->values) {
    return Error::Invalid("NO_OBSERVE_BEFORE_GET", "The metrics of " + state_->name + " come with an action.");
  }
  return *state_->values;
}

namespace internal {

bool ObservationAccess::Begin(const Observation& observation) {
  const std::lock_guard lock(observation.state_->mutex);
  return !std::exchange(observation.state_->used, true);
}

void ObservationAccess::Set(const Observation& observation, std::map<std::string, Value> values) {
  const std::lock_guard lock(observation.state_->mutex);
  observation.state_->values = std::move(values);
}

void ObservationAccess::Fail(const Observation& observation, Error error) {
  const std::lock_guard lock(observation.state_->mutex);
  observation.state_->error = std::move(error);
}

}  // namespace internal

}  // namespace firesteel::client
