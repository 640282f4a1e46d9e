// One question, asked so that its answer can be relied on; and many questions, a few at a time.
#pragma once

#include <algorithm>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "probes/io/awaiting.hpp"
#include "probes/io/dns_lookup.hpp"

namespace mxfleet {

/// Asks again with checking disabled after SERVFAIL, and goes on where a resolver stopped at an alias.
asio::awaitable<DnsResult> ask(DnsLookup& lookup, std::string name, RecordType type);

/// Of one domain, so that the many exchanges of one leave room for the others.
inline constexpr std::size_t lookups_at_once = 8;

/// The questions of one domain and their answers. Belongs to all who work on it, so that whoever ends first may go.
template <class Question, class Reply>
struct Round {
    using Asking = asio::awaitable<Reply> (*)(DnsLookup&, Question);

    Round(const asio::any_io_executor& executor, std::vector<Question> asked, Asking how)
        : questions(std::move(asked)), replies(questions.size()), asking(how), over(executor, SteadyTime::max()) {}

    std::vector<Question> questions;
    std::vector<Reply> replies;
    Asking asking;
    std::size_t next = 0;
    std::size_t at_work = 0;
    asio::steady_timer over;  ///< cancelled when the last one is done
};

template <class Question, class Reply>
asio::awaitable<void> work(std::shared_ptr<Round<Question, Reply>> round, DnsLookup& lookup) {
    while (round->next < round->questions.size()) {
        const std::size_t at = round->next++;
        Reply reply = co_await round->asking(lookup, round->questions[at]);
        round->replies[at] = std::move(reply);
    }
}

/// The replies in the order of the questions. Where we are stopped meanwhile, the missing ones are as they were made:
/// our own fault.
template <class Question, class Reply>
asio::awaitable<std::vector<Reply>> ask_all(DnsLookup& lookup, std::vector<Question> questions,
                                            asio::awaitable<Reply> (*asking)(DnsLookup&, Question)) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto round = std::make_shared<Round<Question, Reply>>(executor, std::move(questions), asking);
    const std::size_t workers = std::min(round->questions.size(), lookups_at_once);
    round->at_work = workers;
    const auto done = [round](const std::exception_ptr& error) {
        if (--round->at_work == 0) round->over.cancel();
        if (error) std::rethrow_exception(error);
    };
    for (std::size_t worker = 0; worker < workers; ++worker)
        asio::co_spawn(executor, work<Question, Reply>(round, lookup), done);
    if (round->at_work > 0) {
        co_await round->over.async_wait(as_result);
    }
    co_return round->replies;
}

}  // namespace mxfleet
