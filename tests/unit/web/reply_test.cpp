#include "agent/web/reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "agent/web/gzip.hpp"
#include "gunzip.hpp"

namespace mxfleet {
namespace {

using test::gunzip;
using testing::Contains;

std::string lines(std::size_t at_least) {
    std::string text;
    for (int count = 0; text.size() < at_least; ++count)
        text += "mxfleet_endpoint_up{mx=\"mx" + std::to_string(count) + ".example.com\"} 1\n";
    return text;
}

std::string read_all(BodyProducer body) {
    std::string text;
    while (body(text)) {
    }
    return text;
}

/// Gives the text in pieces of that many bytes.
BodyProducer in_pieces(std::string text, std::size_t piece_bytes) {
    return [text = std::move(text), piece_bytes, at = std::size_t{0}](std::string& piece) mutable {
        piece.append(text, at, piece_bytes);
        at += piece_bytes;
        return at < text.size();
    };
}

HttpResponse text_response(Body body) {
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(body);
    return response;
}

TEST(Pieces, AreTheWhole) {
    for (const std::size_t size : {0U, 1U, 32767U, 32768U, 32769U, 100000U}) {
        const auto text = std::make_shared<const std::string>(std::string(size, 'a'));
        EXPECT_EQ(read_all(pieces_of(text)), *text);
    }
}

TEST(Gzip, GivesBackWhatItTook) {
    for (const std::size_t size : {0U, 1U, 4096U, 40000U, 3000000U}) {
        const std::string text = lines(size);
        for (const std::size_t piece_bytes : {std::size_t{1000}, std::size_t{65536}, text.size() + 1}) {
            EXPECT_EQ(gunzip(read_all(gzipped(in_pieces(text, piece_bytes)))), text) << size << ' ' << piece_bytes;
        }
    }
}

TEST(Gzip, HoldsNoMoreThanAPieceWhileItWorks) {
    BodyProducer body = gzipped(in_pieces(lines(10'000'000), 65536));
    std::size_t largest = 0;
    for (bool has_more = true; has_more;) {
        std::string piece;
        has_more = body(piece);
        largest = std::max(largest, piece.size());
    }
    EXPECT_LT(largest, 65536U);
}

TEST(Reply, IsWholeIfTheBodyIsInMemory) {
    const auto text = std::make_shared<const std::string>(lines(100'000));
    const Reply reply = reply_with(text_response(text), "");
    EXPECT_EQ(reply.whole, text);
    EXPECT_THAT(reply.fields, Contains(HttpField{"Content-Type", "text/plain; charset=utf-8"}));
    EXPECT_THAT(reply.fields, Contains(HttpField{"X-Content-Type-Options", "nosniff"}));
    EXPECT_THAT(reply.fields, Contains(HttpField{"Vary", "Accept-Encoding"}));
    EXPECT_THAT(reply.fields, Not(Contains(testing::Field(&HttpField::name, "Content-Encoding"))));
}

TEST(Reply, IsCompressedWhereThatIsAcceptedAndWorthIt) {
    const std::string small = lines(900);
    EXPECT_EQ(*reply_with(text_response(small), "gzip").whole, small);

    const std::string medium = lines(1024);
    const Reply reply = reply_with(text_response(medium), "gzip");
    ASSERT_TRUE(reply.whole);
    EXPECT_LT(reply.whole->size(), medium.size() / 2);
    EXPECT_EQ(gunzip(*reply.whole), medium);
    EXPECT_THAT(reply.fields, Contains(HttpField{"Content-Encoding", "gzip"}));
}

TEST(Reply, IsNotCompressedTwice) {
    HttpResponse response = text_response(lines(5000));
    response.fields.push_back({"content-Encoding", "br"});
    EXPECT_EQ(reply_with(std::move(response), "gzip").bytes(), lines(5000));
}

TEST(Reply, IsWholeIfTheProducerEndsWithinABlock) {
    const std::string text = lines(20000);
    const Reply reply = reply_with(text_response(in_pieces(text, 1000)), "");
    EXPECT_EQ(reply.bytes(), text);
    EXPECT_FALSE(reply.rest);
}

TEST(Reply, IsStreamedIfItDoesNot) {
    for (const std::string_view encoding : {"", "gzip"}) {
        const std::string text = lines(8'000'000);
        Reply reply = reply_with(text_response(in_pieces(text, 5000)), encoding);
        ASSERT_FALSE(reply.whole);
        EXPECT_LT(reply.first_block.size(), 2 * block_bytes);
        const std::string bytes = reply.first_block + read_all(std::move(reply.rest));
        EXPECT_EQ(encoding.empty() ? bytes : gunzip(bytes), text);
    }
}

TEST(Reply, ThrowsWhatTheProducerThrows) {
    const auto fail = [](std::string&) -> bool { throw std::runtime_error("no"); };
    EXPECT_THROW(reply_with(text_response(BodyProducer(fail)), "gzip"), std::runtime_error);
}

TEST(Reply, OfNothingIsEmpty) {
    EXPECT_EQ(reply_with(text_response(std::shared_ptr<const std::string>()), "gzip").bytes(), "");
    EXPECT_TRUE(reply_with(HttpResponse{}, "gzip").whole);
}

}  // namespace
}  // namespace mxfleet
