#include "agent/web/reply.hpp"

#include <algorithm>
#include <utility>

#include "agent/web/content.hpp"
#include "agent/web/gzip.hpp"
#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

/// Below this, gzip saves no packet.
constexpr std::size_t worth_compressing = 1024;

/// The text of a body that is in memory; null for one that is produced.
std::shared_ptr<const std::string> text_of(Body& body) {
    if (auto* const text = std::get_if<std::string>(&body))
        return std::make_shared<const std::string>(std::move(*text));
    if (auto* const shared = std::get_if<std::shared_ptr<const std::string>>(&body)) {
        return *shared ? std::move(*shared) : std::make_shared<const std::string>();
    }
    return nullptr;
}

bool has_field(const std::vector<HttpField>& fields, std::string_view name) {
    return std::ranges::any_of(fields, [&](const HttpField& field) { return lower_case(field.name) == name; });
}

}  // namespace

Reply reply_with(HttpResponse response, std::string_view accept_encoding) {
    Reply reply;
    reply.status = response.status;
    reply.fields = std::move(response.fields);
    if (!response.content_type.empty()) reply.fields.push_back({"Content-Type", std::move(response.content_type)});
    reply.fields.push_back({"X-Content-Type-Options", "nosniff"});

    auto text = text_of(response.body);
    const bool may_compress =
        (!text || text->size() >= worth_compressing) && !has_field(reply.fields, "content-encoding");
    if (may_compress) reply.fields.push_back({"Vary", "Accept-Encoding"});
    const bool compress = may_compress && accepts_gzip(accept_encoding);
    if (text && !compress) {
        reply.whole = std::move(text);
        return reply;
    }
    BodyProducer body = text ? pieces_of(std::move(text)) : std::move(std::get<BodyProducer>(response.body));
    if (compress) {
        body = gzipped(std::move(body));
        reply.fields.push_back({"Content-Encoding", "gzip"});
    }
    std::string block;
    if (fill(body, block, block_bytes)) {
        reply.first_block = std::move(block);
        reply.rest = std::move(body);
    } else {
        reply.whole = std::make_shared<const std::string>(std::move(block));
    }
    return reply;
}

}  // namespace mxfleet
