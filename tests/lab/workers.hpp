// The threads that serve: each has a context and the connections on it. The first is the caller's own.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "tests/lab/awaiting.hpp"
#include "tests/lab/connection.hpp"

namespace mxfleet::lab {

struct Worker {
    Reaper reaper;  ///< outlives the connections that the context still holds at its end
    asio::io_context context{1};
};

class Workers {
public:
    explicit Workers(unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            workers_.push_back(std::make_unique<Worker>());
            asio::co_spawn(workers_.back()->context, workers_.back()->reaper.run(), rethrow);
        }
    }

    /// What listens may hold sockets that were accepted for other workers, so that it has to go before they do.
    ~Workers() {
        for (auto& worker : workers_) {
            worker.reset();
        }
    }

    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Where all that listens belongs.
    Worker& first() { return *workers_.front(); }
    /// In turn.
    Worker& next() { return *workers_[next_++ % workers_.size()]; }

    /// Returns after `stop`.
    void run() {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            threads.emplace_back([&context = workers_[i]->context] { context.run(); });
        }
        first().context.run();
    }

    void stop() {
        for (auto& worker : workers_) {
            worker->context.stop();
        }
    }

private:
    std::vector<std::unique_ptr<Worker>> workers_;
    std::size_t next_ = 0;
};

}  // namespace mxfleet::lab
