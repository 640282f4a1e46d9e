// Plays a session from a text file: a server's lines stand behind "S: ", the client's behind "C: ". See tests/sessions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "probes/smtp/dialogue.hpp"
#include "probes/smtp/findings.hpp"

namespace mxfleet::testing {

struct ScriptLine {
    enum class Who { server, server_bare_lf, server_failure, client, tls, tls_failure };
    Who who;
    std::string text;
    int number = 0;
};

struct Script {
    std::map<std::string, std::string> plan;
    std::vector<ScriptLine> lines;
    std::map<std::string, std::string> expected;

    static Script load(const std::string& path);
};

/// The files of sessions in that folder under tests/sessions; empty: those of SMTP. And the name of a file's tests.
std::vector<std::string> session_files(const std::string& folder = {});
std::string name_of_tests(const std::string& file);

/// How a failure stands in the lower part of a file: its phase and its reason.
std::string words_of(const std::optional<Failure>& failure);

struct Played {
    SessionFacts facts;
    std::vector<std::string> complaints;  ///< where the client said something else than the script
    std::size_t asks = 0;
    bool ended_after_failure = true;
};

/// Plays the script. With `fail_at`, that ask (counted from 0) is answered by a lost connection instead.
Played play(const Script& script, std::optional<std::size_t> fail_at = std::nullopt);

/// Good TLS facts, made worse by the words of the script: "expired", "self-signed", "wrong-name", "untrusted" ….
TlsFacts tls_facts(const std::string& words);

Reason reason_named(const std::string& text);

/// The terms by which played sessions are judged: exchange mx.example.com, 2026-01-01.
SessionTerms terms();

}  // namespace mxfleet::testing
