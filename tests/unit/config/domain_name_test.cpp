#include "config/domain_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mxfleet {
namespace {

struct NameRow {
    std::string text;
    std::string normal;  ///< empty: an error
    std::string error = {};
};

using Normalise = std::expected<std::string, std::string> (*)(std::string_view);

void check(Normalise normalise, const NameRow& row) {
    SCOPED_TRACE(row.text);
    const auto result = normalise(row.text);
    EXPECT_EQ(result.value_or(""), row.normal);
    EXPECT_EQ(result ? "" : result.error(), row.error);
}

const std::string label63(63, 'a');
const std::string name253 = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'a');

TEST(NormaliseDomain, GivesLowerCaseALabels) {
    for (const NameRow& row : {
             NameRow{"example.com", "example.com"}, NameRow{"Example.COM", "example.com"},
             NameRow{"example.com.", "example.com"}, NameRow{"a-b.c--d.x2", "a-b.c--d.x2"},
             NameRow{"0.1.example", "0.1.example"}, NameRow{label63 + ".com", label63 + ".com"},
             NameRow{name253, name253}, NameRow{name253 + ".", name253},
             NameRow{"bücher.example", "xn--bcher-kva.example"}, NameRow{"BÜCHER.Example.", "xn--bcher-kva.example"},
             NameRow{"faß.de", "xn--fa-hia.de"},  // non-transitional: not "fass"
             NameRow{"münchen。example", "xn--mnchen-3ya.example"},
             NameRow{"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
             NameRow{"xn--i-7iq.ws", "xn--i-7iq.ws"},  // not IDNA 2008, and in the DNS all the same
         }) {
        check(normalise_domain, row);
    }
}

TEST(NormaliseDomain, SaysWhatIsWrong) {
    for (const NameRow& row : {
             NameRow{"", "", "the name is empty"},
             NameRow{".", "", "`.` has an empty label: two dots in a row, or one in front"},
             NameRow{".com", "", "`.com` has an empty label: two dots in a row, or one in front"},
             NameRow{"a..com", "", "`a..com` has an empty label: two dots in a row, or one in front"},
             NameRow{"a.com..", "", "`a.com..` has an empty label: two dots in a row, or one in front"},
             NameRow{label63 + "a.com", "", "`" + label63 + "a.com` has a label of more than 63 bytes"},
             NameRow{"localhost", "",
                     "`localhost` has one label only, where at least two are wanted, as in `example.com`"},
             NameRow{"-a.com", "", "`-a.com` has a label that begins or ends with a hyphen"},
             NameRow{"a-.com", "", "`a-.com` has a label that begins or ends with a hyphen"},
             NameRow{"a_b.com", "", "`a_b.com` has an underscore, which a domain for mail cannot have"},
             NameRow{"ü_x.com", "", "`ü_x.com` has an underscore, which a domain for mail cannot have"},
             NameRow{"a b.com", "", "`a b.com` has a character that is no letter, digit or hyphen"},
             NameRow{"*.com", "", "`*.com` has a character that is no letter, digit or hyphen"},
             NameRow{"http://a.com/", "", "`http://a.com/` has a character that is no letter, digit or hyphen"},
             NameRow{std::string("a\0.com", 6), "", "`a\\x00.com` has a character that is no letter, digit or hyphen"},
             NameRow{std::string("ü\0.com", 7), "", "`ü\\x00.com` has a NUL byte in it"},
             NameRow{"192.0.2.1", "", "`192.0.2.1` is an address or a number, not a name"},
             NameRow{"ü.１２", "", "`ü.１２` is an address or a number, not a name"},
             NameRow{"[192.0.2.1]", "", "`[192.0.2.1]` is an address literal; a name is wanted, as in `example.com`"},
             NameRow{"me@example.com", "", "`me@example.com` is a mail address; only what follows the @ is wanted"},
             NameRow{"\xff.com", "", "`\xEF\xBF\xBD.com` is not valid UTF-8"},
             NameRow{"i❤.ws", "", "`i❤.ws` has a character that no domain name may have (RFC 5892)"},
             NameRow{"שa.com", "", "`שa.com` mixes writing directions in a way that IDNA forbids (RFC 5893)"},
             NameRow{"ü-.com", "", "`ü-.com` has a label that begins or ends with a hyphen"},
             NameRow{"ab--ü.com", "", "`ab--ü.com` is no valid internationalised domain name (RFC 5891)"},
         }) {
        check(normalise_domain, row);
    }
}

TEST(NormaliseDomain, KeepsTheLimitsOfNames) {
    const auto ends_with = [](std::string_view text, std::string_view end) {
        const auto result = normalise_domain(text);
        return !result && result.error().ends_with(end);
    };
    EXPECT_TRUE(ends_with(name253 + "a", " is longer than 253 bytes"));
    EXPECT_TRUE(ends_with("ü." + name253, " is longer than 253 bytes once it is in A-labels"));
    EXPECT_TRUE(ends_with("ü" + label63 + ".com", " has a label of more than 63 bytes once it is an A-label"));
    EXPECT_TRUE(ends_with(std::string(2000, 'a') + "ü.com", " is longer than 253 bytes"));
}

TEST(NormaliseHost, TakesWhatTheDnsOfRealExchangesHas) {
    for (const NameRow& row : {
             NameRow{"MX1.example.com.", "mx1.example.com"},
             NameRow{"mx_1.example.com", "mx_1.example.com"},
             NameRow{"localhost", "localhost"},
             NameRow{"mx.bücher.example", "mx.xn--bcher-kva.example"},
             NameRow{"25", "", "`25` is an address or a number, not a name"},
             NameRow{"a,b", "", "`a,b` has a character that is no letter, digit or hyphen"},
         }) {
        check(normalise_host, row);
    }
}

TEST(NormaliseMailAddress, KeepsTheLocalPartAndNormalisesTheDomain) {
    const std::string local64(64, 'a');
    for (const NameRow& row : {
             NameRow{"User@Example.COM", "User@example.com"},
             NameRow{"first.last+tag@bücher.example", "first.last+tag@xn--bcher-kva.example"},
             NameRow{local64 + "@a.example", local64 + "@a.example"},
             NameRow{"", "", "`` is no mail address; write it as `user@example.com`"},
             NameRow{"example.com", "", "`example.com` is no mail address; write it as `user@example.com`"},
             NameRow{local64 + "a@a.example", "", "`" + local64 + "a@a.example` has more than 64 bytes before the @"},
             NameRow{
                 "a@localhost", "",
                 "`a@localhost`: `localhost` has one label only, where at least two are wanted, as in `example.com`"},
         }) {
        check(normalise_mail_address, row);
    }
}

TEST(NormaliseMailAddress, RefusesWhatIsNoPlainLocalPart) {
    for (const std::string local : {"", ".a", "a.", "a..b", "a b", "\"a\"", "ü", "a@b", "<a", "a\r\nRCPT"}) {
        const auto result = normalise_mail_address(local + "@example.com");
        ASSERT_FALSE(result) << local;
        EXPECT_TRUE(result.error().ends_with(
            "` has something before the @ that is no plain local part, as `user` or `first.last`"))
            << result.error();
    }
}

}  // namespace
}  // namespace mxfleet
