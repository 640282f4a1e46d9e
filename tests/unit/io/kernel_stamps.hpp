// A TCP connection to ourselves, and the certainty that the kernel stamps what comes on it.
#pragma once

#include "probes/io/kernel_time.hpp"

namespace mxfleet::testing {

class LoopbackPair {
public:
    LoopbackPair();
    ~LoopbackPair();
    LoopbackPair(const LoopbackPair&) = delete;

    int reader() const { return reader_; }
    void send(char byte) const;

private:
    int reader_ = -1;
    int writer_ = -1;
};

/// The kernel begins to stamp some time after it was first asked to. Returns when it does; false if it never will.
bool kernel_stamps();

}  // namespace mxfleet::testing
