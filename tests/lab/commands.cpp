#include "tests/lab/commands.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace mxfleet::lab {
namespace {

constexpr unsigned most_recipients = 100;
constexpr unsigned most_errors = 20;

Answer line(std::string text) {
    return {.text = std::move(text) + "\r\n"};
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string upper_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), upper);
    return result;
}

std::string_view argument_of(std::string_view command) {
    const auto space = command.find(' ');
    if (space == command.npos) return {};
    const auto argument = command.substr(space);
    return argument.substr(std::min(argument.find_first_not_of(' '), argument.size()));
}

/// What follows `FROM:` or `TO:`.
std::optional<std::string_view> after_keyword(std::string_view argument, std::string_view keyword) {
    if (upper_case(argument.substr(0, keyword.size())) != keyword) return std::nullopt;
    return argument.substr(keyword.size());
}

std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc() || rest != end) return std::nullopt;
    return value;
}

/// Calls `judge` with each NAME and VALUE of `NAME=VALUE NAME …` until it has something to say.
template <class Judge>
std::optional<Answer> first_complaint(std::string_view parameters, Judge judge) {
    while (!parameters.empty()) {
        const auto word = parameters.substr(0, parameters.find(' '));
        parameters.remove_prefix(std::min(parameters.size(), word.size() + 1));
        const auto equals = std::min(word.find('='), word.size());
        const auto value = word.substr(std::min(word.size(), equals + 1));
        auto complaint = word.empty() ? std::nullopt : judge(upper_case(word.substr(0, equals)), value);
        if (complaint) return complaint;
    }
    return std::nullopt;
}

std::optional<Answer> judge_mail_parameter(const std::string& name, std::string_view value) {
    constexpr std::array<std::string_view, 5> known{"BODY", "SMTPUTF8", "RET", "ENVID", "AUTH"};
    if (name == "SIZE") {
        const auto size = number(value);
        if (!size) return line("501 5.5.4 SIZE is not a number");
        if (*size > message_limit) return line("552 5.3.4 Message too large");
        return std::nullopt;
    }
    if (std::ranges::find(known, name) != known.end()) return std::nullopt;
    return line("555 5.5.4 Unknown parameter");
}

std::optional<Answer> judge_recipient_parameter(const std::string& name, std::string_view) {
    if (name == "NOTIFY" || name == "ORCPT") return std::nullopt;
    return line("555 5.5.4 Unknown parameter");
}

}  // namespace

std::string verb_of(std::string_view command) {
    constexpr std::size_t longest = 16;
    return upper_case(command.substr(0, std::min(command.find(' '), longest)));
}

Answer Commands::answer(std::string_view command) {
    const Method method = method_for(verb_of(command));
    Answer answer = method ? (this->*method)(argument_of(command)) : line("500 5.5.2 Command not recognized");
    if (answer.text.starts_with('5') && ++errors_ > most_errors) {
        return {.text = "421 4.7.0 Too many errors\r\n", .then = Answer::Then::part};
    }
    return answer;
}

void Commands::enter_tls() {
    inside_tls_ = true;
    greeted_ = false;
    forget_transaction();
}

Commands::Method Commands::method_for(std::string_view verb) {
    struct Row {
        std::string_view verb;
        Method method;
    };
    static constexpr auto rows = std::to_array<Row>({
        {"EHLO", &Commands::ehlo},
        {"HELO", &Commands::helo},
        {"MAIL", &Commands::mail},
        {"RCPT", &Commands::rcpt},
        {"DATA", &Commands::data},
        {"BDAT", &Commands::bdat},
        {"RSET", &Commands::rset},
        {"NOOP", &Commands::noop},
        {"VRFY", &Commands::vrfy},
        {"EXPN", &Commands::expn},
        {"HELP", &Commands::help},
        {"AUTH", &Commands::auth},
        {"STARTTLS", &Commands::starttls},
        {"QUIT", &Commands::quit},
    });
    const auto row = std::ranges::find(rows, verb, &Row::verb);
    return row == rows.end() ? nullptr : row->method;
}

Answer Commands::ehlo(std::string_view argument) {
    if (argument.empty()) return line("501 5.5.4 EHLO wants a name");
    forget_transaction();
    greeted_ = true;
    return {.text = capability_lines()};
}

std::string Commands::capability_lines() const {
    const bool other_in_tls = inside_tls_ && !server_.capabilities_in_tls.empty();
    std::vector<std::string> lines = {identity_.host + " greets you"};
    const auto& offered = other_in_tls ? server_.capabilities_in_tls : server_.capabilities;
    lines.insert(lines.end(), offered.begin(), offered.end());
    if (!inside_tls_ && server_.offers_starttls) lines.insert(lines.begin() + 1, "STARTTLS");
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text += (i + 1 < lines.size() ? "250-" : "250 ") + lines[i] + "\r\n";
    }
    return text;
}

Answer Commands::helo(std::string_view argument) {
    if (argument.empty()) return line("501 5.5.4 HELO wants a name");
    forget_transaction();
    greeted_ = true;
    return line("250 " + identity_.host);
}

Answer Commands::mail(std::string_view argument) {
    if (!greeted_) return line("503 5.5.1 Say EHLO first");
    if (has_sender_) return line("503 5.5.1 There is a sender already");
    const auto from = after_keyword(argument, "FROM:");
    const auto path = from ? parse_path(*from) : std::nullopt;
    if (!path) return line("501 5.1.7 Bad sender address syntax");
    if (const auto complaint = first_complaint(path->parameters, judge_mail_parameter)) return *complaint;
    const std::string reply = server_.sender(path->text());
    has_sender_ = reply.starts_with('2');
    sender_ = path->text();
    return line(reply);
}

Answer Commands::rcpt(std::string_view argument) {
    if (!has_sender_) return line("503 5.5.1 Need MAIL first");
    const auto to = after_keyword(argument, "TO:");
    const auto path = to ? parse_path(*to) : std::nullopt;
    if (!path || path->is_null()) return line("501 5.1.3 Bad recipient address syntax");
    if (const auto complaint = first_complaint(path->parameters, judge_recipient_parameter)) return *complaint;
    if (recipients_ >= most_recipients) return line("452 4.5.3 Too many recipients");
    const std::string reply = server_.recipient({.client = client_,
                                                 .sender = sender_,
                                                 .local = path->local,
                                                 .domain = path->domain,
                                                 .own_domain = identity_.is_own(path->domain),
                                                 .greylist = greylist_,
                                                 .greylist_delay = greylist_delay_});
    if (reply.starts_with('2')) ++recipients_;
    return line(reply);
}

Answer Commands::data(std::string_view argument) {
    if (!argument.empty()) return line("501 5.5.4 DATA wants nothing");
    if (recipients_ == 0) return line("503 5.5.1 Need RCPT first");
    return {.text = "354 End with a dot alone on a line\r\n", .then = Answer::Then::read_message};
}

Answer Commands::message_done(std::size_t bytes) {
    forget_transaction();
    return line(bytes > message_limit ? "552 5.3.4 Message too large" : "250 2.0.0 Taken, and thrown away");
}

Answer Commands::bdat(std::string_view argument) {
    const auto size = number(argument.substr(0, argument.find(' ')));
    if (!size) return line("501 5.5.4 BDAT wants a size");
    // Without knowing where the chunk ends there is no way to go on.
    if (*size > message_limit - chunk_bytes_) return {"552 5.3.4 Message too large\r\n", Answer::Then::part};
    chunk_bytes_ += *size;
    last_chunk_ = upper_case(argument).ends_with(" LAST");
    return {.text = {}, .then = Answer::Then::read_chunk, .chunk = *size};
}

Answer Commands::chunk_done() {
    if (recipients_ == 0) return line("503 5.5.1 Need RCPT first");
    if (!last_chunk_) return line("250 2.0.0 Go on");
    return message_done(0);
}

Answer Commands::rset(std::string_view argument) {
    if (!argument.empty()) return line("501 5.5.4 RSET wants nothing");
    forget_transaction();
    return line("250 2.0.0 Ok");
}

Answer Commands::noop(std::string_view) {
    return line("250 2.0.0 Ok");
}

Answer Commands::vrfy(std::string_view argument) {
    if (argument.empty()) return line("501 5.5.4 VRFY wants an address");
    std::string reply = server_.vrfy;
    const auto mark = reply.find("{host}");
    if (mark != reply.npos) reply.replace(mark, 6, identity_.host);
    return line(std::move(reply));
}

Answer Commands::expn(std::string_view) {
    return line("502 5.5.1 EXPN is not for you");
}

Answer Commands::help(std::string_view) {
    return line("214 2.0.0 RFC 5321");
}

Answer Commands::auth(std::string_view) {
    return line("535 5.7.8 Nobody has an account here");
}

Answer Commands::starttls(std::string_view argument) {
    if (inside_tls_) return line("503 5.5.1 TLS is there already");
    if (!server_.offers_starttls) return line("502 5.5.1 There is no TLS here");
    if (!argument.empty()) return line("501 5.5.4 STARTTLS wants nothing");
    return {.text = "220 2.0.0 Ready to start TLS\r\n", .then = Answer::Then::start_tls};
}

Answer Commands::quit(std::string_view) {
    return {.text = "221 2.0.0 Bye\r\n", .then = Answer::Then::part};
}

void Commands::forget_transaction() {
    has_sender_ = false;
    sender_.clear();
    recipients_ = 0;
    chunk_bytes_ = 0;
    last_chunk_ = false;
}

}  // namespace mxfleet::lab
