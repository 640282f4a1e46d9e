// SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: what the client says, and whether the server knows the
// password. Computes only.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mxfleet {

/// Rounds beyond which no password is hashed: a server must not keep the thread for a second.
inline constexpr unsigned scram_rounds_limit = 600'000;

/// A nonce that nobody guesses (§5.1).
std::string scram_nonce();

class Scram {
public:
    /// Precondition: name and password are printable ASCII, the nonce is that without a comma.
    Scram(std::string_view username, std::string password, std::string nonce);
    ~Scram();
    Scram(const Scram&) = delete;
    Scram& operator=(const Scram&) = delete;

    /// The client's first message.
    std::string first() const { return "n,," + first_bare_; }

    /// The client's last, which proves that it knows the password. Error: what is wrong with the server's first.
    std::expected<std::string, std::string_view> answer(std::string_view server_first);

    /// Whether the server's last proves that it knows the password. After `answer`.
    bool is_proof(std::string_view server_final) const;

private:
    std::string password_;
    std::string nonce_;
    std::string first_bare_;
    std::string server_signature_;  ///< empty before there was an answer
};

}  // namespace mxfleet
