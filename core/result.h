// Result<T>: a value, or one sentence that says why there is none.
//
// For what the environment does wrong: files, configuration, resources. What a peer does wrong is
// data (a Failure or a Verdict), not an Error. Not for control flow; a broken invariant aborts.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace stapling {

// One sentence for an operator: what failed, on what, and why. No trailing newline.
struct Error {
  std::string sentence;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  // Only when ok().
  [[nodiscard]] const T& value() const& { return std::get<T>(state_); }
  [[nodiscard]] T& value() & { return std::get<T>(state_); }
  [[nodiscard]] T&& value() && { return std::get<T>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  // Only when not ok().
  [[nodiscard]] const std::string& error() const { return std::get<Error>(state_).sentence; }

 private:
  std::variant<T, Error> state_;
};

}  // namespace stapling
