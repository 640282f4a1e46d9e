#include "config/secret_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/load.hpp"
#include "tests/unit/config/folder.hpp"

namespace mxfleet {
namespace {

using testing::HasSubstr;

/// An access control list as the kernel gives it.
std::string access_list(std::initializer_list<std::array<std::uint32_t, 3>> entries) {
    std::string bytes("\2\0\0\0", 4);
    for (const auto& [tag, permissions, id] : entries) {
        for (const auto part : {static_cast<std::uint16_t>(tag), static_cast<std::uint16_t>(permissions)})
            bytes.append(reinterpret_cast<const char*>(&part), sizeof part);
        bytes.append(reinterpret_cast<const char*>(&id), sizeof id);
    }
    return bytes;
}

constexpr std::uint32_t nobody = 0xffff'ffff;

TEST(SecretFile, IsNoneWhereOthersMayRead) {
    EXPECT_FALSE(others_may_read(0600, {}, 1000));
    EXPECT_FALSE(others_may_read(0400, {}, 1000));
    EXPECT_FALSE(others_may_read(0622, {}, 1000));
    EXPECT_TRUE(others_may_read(0640, {}, 1000));
    EXPECT_TRUE(others_may_read(0604, {}, 1000));
}

TEST(SecretFile, MayBeReadByTheServiceThatSystemdGivesItTo) {
    const auto list = [](std::uint32_t user, std::uint32_t group, std::uint32_t mask, std::uint32_t other) {
        return access_list({{1, 4, nobody}, {2, 4, user}, {4, group, nobody}, {16, mask, nobody}, {32, other, nobody}});
    };
    EXPECT_FALSE(others_may_read(0440, list(1000, 0, 4, 0), 1000));
    EXPECT_TRUE(others_may_read(0440, list(1001, 0, 4, 0), 1000));
    EXPECT_TRUE(others_may_read(0440, list(1000, 4, 4, 0), 1000));
    EXPECT_TRUE(others_may_read(0444, list(1000, 0, 4, 4), 1000));
    EXPECT_FALSE(others_may_read(0400, list(1001, 4, 0, 0), 1000)) << "the mask takes it back";
}

class Passwords : public testing::Test {
protected:
    std::string file(const std::string& text, mode_t mode = 0600) const {
        std::string path = folder.write("password", text);
        ::chmod(path.c_str(), mode);
        return path;
    }

    Folder folder;
};

TEST_F(Passwords, AreReadFromAFileWithoutItsLineEnd) {
    EXPECT_EQ(read_password({"u", file("s3cret\n"), ""}), "s3cret");
    EXPECT_EQ(read_password({"u", file("s3cret\r\n"), ""}), "s3cret");
    EXPECT_EQ(read_password({"u", file(" s3 cret "), ""}), " s3 cret ");
}

TEST_F(Passwords, AreReadFromTheEnvironment) {
    ::setenv("MXFLEET_TEST_PASSWORD", "s3cret", 1);
    EXPECT_EQ(read_password({"u", "", "MXFLEET_TEST_PASSWORD"}), "s3cret");
    ::unsetenv("MXFLEET_TEST_PASSWORD");
    EXPECT_EQ(read_password({"u", "", "MXFLEET_TEST_PASSWORD"}).error(),
              "the environment variable MXFLEET_TEST_PASSWORD is not set");
}

TEST_F(Passwords, AreRefusedWithTheReasonAndWithoutTheText) {
    const std::string path = (folder.path() / "password").string();
    EXPECT_EQ(read_password({"u", path, ""}).error(), path + " cannot be read: No such file or directory");
    EXPECT_EQ(read_password({"u", file(""), ""}).error(), path + " is empty");
    EXPECT_EQ(read_password({"u", file("s3cret\nmore\n"), ""}).error(), path + " holds more than one line");
    EXPECT_EQ(read_password({"u", file(std::string(5000, 'x')), ""}).error(), path + " is larger than 4096 bytes");
    EXPECT_EQ(read_password({"u", file("s3cret", 0644), ""}).error(),
              path + " can be read by others than its owner (mode 0644); chmod 600 it");
}

TEST_F(Passwords, WhereOthersCanReadThemAreAnErrorOfTheConfiguration) {
    const std::string password = file("s3cret", 0640);
    const std::string config =
        folder.write("mxfleet.toml", "[credentials.x]\nusername = \"u\"\npassword_file = \"password\"\n");
    const auto refused = load_config(config);
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().size(), 1u);
    EXPECT_THAT(refused.error()[0].text(), HasSubstr("mxfleet.toml:3:17: error: credentials.x.password_file: "));
    EXPECT_THAT(refused.error()[0].text(), HasSubstr("can be read by others than its owner (mode 0640); chmod 600 it"));
    ::chmod(password.c_str(), 0600);
    EXPECT_TRUE(load_config(config));
}

}  // namespace
}  // namespace mxfleet
