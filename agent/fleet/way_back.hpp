// From another thread back to the one that runs a context, for as long as that wants to hear of it.
#pragma once

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <mutex>
#include <utility>

namespace mxfleet {

class WayBack {
public:
    explicit WayBack(asio::io_context& context) : context_(&context) {}

    /// From any thread. Does nothing once it is closed.
    template <class Work>
    void post(Work work) {
        const std::lock_guard guard(mutex_);
        if (context_ != nullptr) asio::post(*context_, std::move(work));
    }

    void close() {
        const std::lock_guard guard(mutex_);
        context_ = nullptr;
    }

private:
    std::mutex mutex_;
    asio::io_context* context_;
};

}  // namespace mxfleet
