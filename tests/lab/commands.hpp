// A healthy SMTP server's side of the dialogue (RFC 5321): one command in, one reply out. No socket, no clock; the
// session does what the reply entails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "tests/lab/address_path.hpp"
#include "tests/lab/server.hpp"

namespace mxfleet::lab {

inline constexpr std::size_t message_limit = 10'240'000;  ///< as SIZE says

/// Whom the server is, and for whom it takes mail.
struct Identity {
    std::string host;
    std::string domain;
    const std::unordered_set<std::string>* further_domains = nullptr;

    bool is_own(const std::string& name) const {
        return name.empty() || name == domain || name == host || (further_domains && further_domains->contains(name));
    }
};

struct Answer {
    /// What the session does after the reply.
    enum class Then : std::uint8_t { go_on, read_message, read_chunk, start_tls, part };

    std::string text;  ///< lines with their ends
    Then then = Then::go_on;
    std::size_t chunk = 0;  ///< bytes to be read, with read_chunk
};

/// The first word of a command line in upper case, at most 16 letters of it.
std::string verb_of(std::string_view line);

class Commands {
public:
    /// What is referred to outlives this.
    Commands(const Server& server, const Identity& identity, Greylist& greylist, milliseconds greylist_delay,
             std::string client)
        : server_(server),
          identity_(identity),
          greylist_(greylist),
          greylist_delay_(greylist_delay),
          client_(std::move(client)) {}

    Answer answer(std::string_view line);

    /// After the handshake: everything said so far is forgotten (RFC 3207 §4.2).
    void enter_tls();
    bool inside_tls() const { return inside_tls_; }

    /// The replies after a whole message, and after a chunk.
    Answer message_done(std::size_t bytes);
    Answer chunk_done();

private:
    using Method = Answer (Commands::*)(std::string_view argument);
    static Method method_for(std::string_view verb);

    Answer ehlo(std::string_view argument);
    Answer helo(std::string_view argument);
    Answer mail(std::string_view argument);
    Answer rcpt(std::string_view argument);
    Answer data(std::string_view argument);
    Answer bdat(std::string_view argument);
    Answer rset(std::string_view argument);
    Answer noop(std::string_view argument);
    Answer vrfy(std::string_view argument);
    Answer expn(std::string_view argument);
    Answer help(std::string_view argument);
    Answer auth(std::string_view argument);
    Answer starttls(std::string_view argument);
    Answer quit(std::string_view argument);

    std::string capability_lines() const;
    void forget_transaction();

    const Server& server_;
    const Identity& identity_;
    Greylist& greylist_;
    milliseconds greylist_delay_;
    std::string client_;

    bool inside_tls_ = false;
    bool greeted_ = false;
    bool has_sender_ = false;
    std::string sender_;
    unsigned recipients_ = 0;
    bool last_chunk_ = false;
    std::size_t chunk_bytes_ = 0;
    unsigned errors_ = 0;
};

}  // namespace mxfleet::lab
