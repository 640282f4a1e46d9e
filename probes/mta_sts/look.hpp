// Looks up what a domain publishes about TLS for its mail, and fetches its policy. Judges nothing; ends because every
// lookup and every fetch does.
#pragma once

#include <asio/awaitable.hpp>

#include "probes/io/dns_lookup.hpp"
#include "probes/model/settings.hpp"
#include "probes/mta_sts/facts.hpp"
#include "probes/mta_sts/fetcher.hpp"

namespace mxfleet {

/// The records of a lower-case A-label without trailing dot. `lookup` outlives the call.
asio::awaitable<TlsRecordFacts> look_up_tls_records(DnsLookup& lookup, SharedText domain);

struct FetchSettings {
    TargetSettings targets;
    TrustStore trust;
};

/// What `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` gives. Only addresses that `targets` lets through are dialled.
asio::awaitable<PolicyFetchFacts> fetch_policy(DnsLookup& lookup, PolicyFetcher& fetcher, SharedText domain,
                                               FetchSettings settings);

}  // namespace mxfleet
