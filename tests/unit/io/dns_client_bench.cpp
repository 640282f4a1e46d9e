#include "tests/unit/io/dns_client_bench.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <ostream>

namespace mxfleet::testing_dns {

Message answer_to(const Asked& asked, std::vector<Record> answers) {
    Message message;
    message.question = asked.question;
    message.answers = std::move(answers);
    return message;
}

Message good_answer(const Asked& asked) {
    return answer_to(asked, {a_record(asked.question.name, 1)});
}

Message with_rcode(const Asked& asked, std::uint16_t rcode) {
    Message message = answer_to(asked);
    message.bits = static_cast<std::uint16_t>(message.bits | rcode);
    return message;
}

Message truncated(const Asked& asked) {
    Message message = answer_to(asked);
    message.bits |= 0x0200;
    return message;
}

// ---- What a server can be like --------------------------------------------------------------------------------------

void answers(DnsServer& server, const Asked& asked) {
    server.reply(asked, good_answer(asked).bytes());
}

void is_silent(DnsServer&, const Asked&) {}

void refers(DnsServer& server, const Asked& asked) {
    Message message = answer_to(asked);
    message.authorities = {ns("test", "ns.test")};
    server.reply(asked, message.bytes());
}

void is_malformed(DnsServer& server, const Asked& asked) {
    Message message = good_answer(asked);
    message.answers[0].data.pop_back();
    server.reply(asked, message.bytes());
}

void truncates_always(DnsServer& server, const Asked& asked) {
    server.reply(asked, truncated(asked).bytes());
}

void answers_over_tcp(DnsServer& server, const Asked& asked) {
    server.reply(asked, (asked.is_tcp() ? good_answer(asked) : truncated(asked)).bytes());
}

void is_silent_over_tcp(DnsServer& server, const Asked& asked) {
    if (!asked.is_tcp()) server.reply(asked, truncated(asked).bytes());
}

void drops_tcp(DnsServer& server, const Asked& asked) {
    if (asked.is_tcp()) return asked.connection->close();
    server.reply(asked, truncated(asked).bytes());
}

void knows_no_edns(DnsServer& server, const Asked& asked) {
    server.reply(asked, (asked.has_edns() ? with_rcode(asked, 1) : good_answer(asked)).bytes());
}

// ---- The test bench -------------------------------------------------------------------------------------------------

std::ostream& operator<<(std::ostream& out, const Observed& row) {
    return out << row.resolver << " " << name(row.type) << " " << name(row.outcome);
}

DnsClientTest::Pending DnsClientTest::start(std::string name, RecordType type, DnsFlags flags) {
    const auto pending = std::make_shared<Started>();
    const auto keep = [pending](const std::exception_ptr& error, DnsResult result) {
        if (error) std::rethrow_exception(error);
        pending->result = std::move(result);
    };
    asio::co_spawn(context_, client().query(std::move(name), type, flags),
                   asio::bind_cancellation_slot(pending->cancel.slot(), keep));
    return pending;
}

}  // namespace mxfleet::testing_dns
