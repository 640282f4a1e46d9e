// SCRAM against what Python's hashlib and hmac make of the same names, passwords, nonces and salts.
#include "probes/io/scram.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

struct Vector {
    const char* username;
    const char* password;
    const char* nonce;
    const char* first;
    const char* server_first;
    const char* last;
    const char* proof;
};

constexpr Vector vectors[] = {
    {"probe", "s3cret-word", "our-nonce", "n,,n=probe,r=our-nonce",
     "r=our-nonce+theirs,s=cGVwcGVyLWFuZC1zYWx0IQ==,i=4096",
     "c=biws,r=our-nonce+theirs,p=0P3kfwX3ygkzProKC143JeDaIuhbGmS3ExzoqGalrgk=",
     "v=4rkngffGhzZdYolo0E7wDtHZCX8VlHyiz0lgyI6u4SA="},
    {"a=b,c", "pass=w,rd", "n0", "n,,n=a=3Db=2Cc,r=n0", "r=n0x,s=AP8=,i=1",
     "c=biws,r=n0x,p=JMhw0c5PT73ZqLNzxnDS/lqiWbRnRi9u3eMs9GgoC4E=", "v=ExiNCEoleATPOORYe/i/dGk9L2eijo/p0cGnLnnYnNc="},
};

TEST(Scram, SaysWhatAnotherImplementationSays) {
    for (const Vector& each : vectors) {
        Scram scram(each.username, each.password, each.nonce);
        EXPECT_EQ(scram.first(), each.first);
        EXPECT_FALSE(scram.is_proof(each.proof)) << "nothing was asked yet";
        EXPECT_EQ(scram.answer(each.server_first), each.last);
        EXPECT_TRUE(scram.is_proof(each.proof));
        EXPECT_TRUE(scram.is_proof(std::string(each.proof) + ",extension=1"));
    }
}

TEST(Scram, TakesNoOtherProof) {
    Scram scram("probe", "s3cret-word", "our-nonce");
    ASSERT_TRUE(scram.answer(vectors[0].server_first));
    for (const char* const proof :
         {"", "v=", "v=AAAA", "e=other-error", "v=4rkngffGhzZdYolo0E7wDtHZCX8VlHyiz0lgyI6u4SB=",
          "v=0P3kfwX3ygkzProKC143JeDaIuhbGmS3ExzoqGalrgk=", "4rkngffGhzZdYolo0E7wDtHZCX8VlHyiz0lgyI6u4SA="})
        EXPECT_FALSE(scram.is_proof(proof)) << proof;
    Scram other("probe", "another-word", "our-nonce");
    ASSERT_TRUE(other.answer(vectors[0].server_first));
    EXPECT_FALSE(other.is_proof(vectors[0].proof));
}

TEST(Scram, AnswersNoChallengeThatIsNone) {
    Scram scram("probe", "s3cret-word", "our-nonce");
    for (const std::string& challenge :
         {std::string(), std::string("r=our-nonce,s=AP8=,i=1"), std::string("r=other,s=AP8=,i=1"),
          std::string("r=xour-nonce1,s=AP8=,i=1"), std::string("s=AP8=,r=our-nonce1,i=1"),
          std::string("m=x,r=our-nonce1,s=AP8=,i=1"), std::string("r=our-nonce1,s=,i=1"),
          std::string("r=our-nonce1,s=!,i=1"), std::string("r=our-nonce1,s=AP8=,i=0"),
          std::string("r=our-nonce1,s=AP8=,i=-1"), std::string("r=our-nonce1,s=AP8=,i=600001"),
          std::string("r=our-nonce1,s=AP8=,i=99999999999"), std::string("r=our-nonce1,s=AP8="),
          "r=our-nonce" + std::string(4000, 'x') + ",s=AP8=,i=1"})
        EXPECT_FALSE(scram.answer(challenge)) << challenge;
}

TEST(Scram, NoncesAreNeverTheSame) {
    const std::string nonce = scram_nonce();
    EXPECT_NE(nonce, scram_nonce());
    EXPECT_GE(nonce.size(), 24u);
    EXPECT_EQ(nonce.find(','), nonce.npos);
}

}  // namespace
}  // namespace mxfleet
