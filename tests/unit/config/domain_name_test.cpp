#include "config/domain_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mxfleet {
namespace {

struct Row {
    std::string text;
    std::string normal;  ///< empty: an error
    std::string error = {};
};

using Normalise = std::expected<std::string, std::string> (*)(std::string_view);

void check(Normalise normalise, const Row& row) {
    SCOPED_TRACE(row.text);
    const auto result = normalise(row.text);
    EXPECT_EQ(result.value_or(""), row.normal);
    EXPECT_EQ(result ? "" : result.error(), row.error);
}

const std::string label63(63, 'a');
const std::string name253 = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'a');

TEST(NormaliseDomain, GivesLowerCaseALabels) {
    for (const Row& row : {
             Row{"example.com", "example.com"}, Row{"Example.COM", "example.com"}, Row{"example.com.", "example.com"},
             Row{"a-b.c--d.x2", "a-b.c--d.x2"}, Row{"0.1.example", "0.1.example"},
             Row{label63 + ".com", label63 + ".com"}, Row{name253, name253}, Row{name253 + ".", name253},
             Row{"bücher.example", "xn--bcher-kva.example"}, Row{"BÜCHER.Example.", "xn--bcher-kva.example"},
             Row{"faß.de", "xn--fa-hia.de"},  // non-transitional: not "fass"
             Row{"münchen。example", "xn--mnchen-3ya.example"}, Row{"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
             Row{"xn--i-7iq.ws", "xn--i-7iq.ws"},  // not IDNA 2008, and in the DNS all the same
         }) {
        check(normalise_domain, row);
    }
}

TEST(NormaliseDomain, SaysWhatIsWrong) {
    for (const Row& row : {
             Row{"", "", "the name is empty"},
             Row{".", "", "`.` has an empty label: two dots in a row, or one in front"},
             Row{".com", "", "`.com` has an empty label: two dots in a row, or one in front"},
             Row{"a..com", "", "`a..com` has an empty label: two dots in a row, or one in front"},
             Row{"a.com..", "", "`a.com..` has an empty label: two dots in a row, or one in front"},
             Row{label63 + "a.com", "", "`" + label63 + "a.com` has a label of more than 63 bytes"},
             Row{"localhost", "", "`localhost` has one label only, where at least two are wanted, as in `example.com`"},
             Row{"-a.com", "", "`-a.com` has a label that begins or ends with a hyphen"},
             Row{"a-.com", "", "`a-.com` has a label that begins or ends with a hyphen"},
             Row{"a_b.com", "", "`a_b.com` has an underscore, which a domain for mail cannot have"},
             Row{"ü_x.com", "", "`ü_x.com` has an underscore, which a domain for mail cannot have"},
             Row{"a b.com", "", "`a b.com` has a character that is no letter, digit or hyphen"},
             Row{"*.com", "", "`*.com` has a character that is no letter, digit or hyphen"},
             Row{"http://a.com/", "", "`http://a.com/` has a character that is no letter, digit or hyphen"},
             Row{std::string("a\0.com", 6), "", "`a\\x00.com` has a character that is no letter, digit or hyphen"},
             Row{std::string("ü\0.com", 7), "", "`ü\\x00.com` has a NUL byte in it"},
             Row{"192.0.2.1", "", "`192.0.2.1` is an address or a number, not a name"},
             Row{"ü.１２", "", "`ü.１２` is an address or a number, not a name"},
             Row{"[192.0.2.1]", "", "`[192.0.2.1]` is an address literal; a name is wanted, as in `example.com`"},
             Row{"me@example.com", "", "`me@example.com` is a mail address; only what follows the @ is wanted"},
             Row{"\xff.com", "", "`\xEF\xBF\xBD.com` is not valid UTF-8"},
             Row{"i❤.ws", "", "`i❤.ws` has a character that no domain name may have (RFC 5892)"},
             Row{"שa.com", "", "`שa.com` mixes writing directions in a way that IDNA forbids (RFC 5893)"},
             Row{"ü-.com", "", "`ü-.com` has a label that begins or ends with a hyphen"},
             Row{"ab--ü.com", "", "`ab--ü.com` is no valid internationalised domain name (RFC 5891)"},
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
    for (const Row& row : {
             Row{"MX1.example.com.", "mx1.example.com"},
             Row{"mx_1.example.com", "mx_1.example.com"},
             Row{"localhost", "localhost"},
             Row{"mx.bücher.example", "mx.xn--bcher-kva.example"},
             Row{"25", "", "`25` is an address or a number, not a name"},
             Row{"a,b", "", "`a,b` has a character that is no letter, digit or hyphen"},
         }) {
        check(normalise_host, row);
    }
}

TEST(NormaliseMailAddress, KeepsTheLocalPartAndNormalisesTheDomain) {
    const std::string local64(64, 'a');
    for (const Row& row : {
             Row{"User@Example.COM", "User@example.com"},
             Row{"first.last+tag@bücher.example", "first.last+tag@xn--bcher-kva.example"},
             Row{local64 + "@a.example", local64 + "@a.example"},
             Row{"", "", "`` is no mail address; write it as `user@example.com`"},
             Row{"example.com", "", "`example.com` is no mail address; write it as `user@example.com`"},
             Row{local64 + "a@a.example", "", "`" + local64 + "a@a.example` has more than 64 bytes before the @"},
             Row{"a@localhost", "",
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
