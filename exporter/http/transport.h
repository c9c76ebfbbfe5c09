// Transport: the byte stream of one connection, never blocking. The one place where a connection
// over TLS (tls_transport.h) differs from a plain one.
//
// One thread at a time. The reactor waits for the descriptor edge-triggered and in both directions,
// so an implementation may need to write in order to read.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/net/file_descriptor.h"

namespace stapling::exporter {

struct IoResult {
  enum class Status {
    kDone,        // `bytes` (> 0) were moved
    kWouldBlock,  // try again when the descriptor is ready
    kClosed,      // end of stream or error; nothing more will come
  };
  Status status;
  std::size_t bytes = 0;
};

class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  virtual IoResult Read(std::span<char> buffer) = 0;
  virtual IoResult Write(std::string_view bytes) = 0;
  // Tells the peer that nothing more will be written; reading goes on.
  virtual void ShutdownWrite() = 0;
  [[nodiscard]] virtual int descriptor() const = 0;
};

// Makes the transport of a client that was just accepted; null: it is closed. On the reactor's
// thread.
using OpenTransport =
    std::function<std::unique_ptr<Transport>(FileDescriptor, const std::string& remote_address)>;

// TCP as it is. A peer that vanished makes kClosed, never SIGPIPE.
class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(FileDescriptor socket) : socket_(std::move(socket)) {}

  IoResult Read(std::span<char> buffer) override;
  IoResult Write(std::string_view bytes) override;
  void ShutdownWrite() override;
  [[nodiscard]] int descriptor() const override { return socket_.get(); }

 private:
  FileDescriptor socket_;
};

}  // namespace stapling::exporter
