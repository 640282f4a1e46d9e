// A few threads that run what may block. A job never throws, and there is at most one for each connection.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mxfleet {

class Workers {
public:
    using Job = std::function<void()>;

    explicit Workers(unsigned threads);
    ~Workers() { stop(); }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Runs the job when a thread is free. Not after stop().
    void post(Job job);

    /// Runs the jobs that were posted, and waits for the last to end.
    void stop();

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace mxfleet
