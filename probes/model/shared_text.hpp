// A text that many hold and nobody changes, as a name that stands in a dozen places: copies share one. Holds for any
// thread, as a std::shared_ptr does.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mxfleet {

class SharedText {
public:
    SharedText() = default;
    SharedText(std::string text) : text_(text.empty() ? nullptr : kept(std::move(text))) {}  // NOLINT: a text is one
    SharedText(std::string_view text) : SharedText(std::string(text)) {}                     // NOLINT
    SharedText(const char* text) : SharedText(std::string(text)) {}                          // NOLINT

    const std::string& text() const noexcept {
        static const std::string nothing;
        return text_ ? *text_ : nothing;
    }
    operator const std::string&() const noexcept { return text(); }  // NOLINT: it reads as any other text
    operator std::string_view() const noexcept { return text(); }    // NOLINT
    bool empty() const noexcept { return !text_; }

    bool operator==(const SharedText& other) const noexcept { return text_ == other.text_ || text() == other.text(); }
    auto operator<=>(const SharedText& other) const noexcept { return text() <=> other.text(); }

    template <std::convertible_to<std::string_view> Text>
    bool operator==(const Text& other) const {
        return text() == std::string_view(other);
    }

    template <std::convertible_to<std::string_view> Text>
    friend std::string operator+(const SharedText& a, const Text& b) {
        return std::string(a.text()).append(std::string_view(b));
    }
    friend std::string operator+(std::string a, const SharedText& b) { return std::move(a.append(b.text())); }

private:
    static std::shared_ptr<const std::string> kept(std::string text) {
        text.shrink_to_fit();
        return std::make_shared<const std::string>(std::move(text));
    }

    std::shared_ptr<const std::string> text_;  ///< null for the empty text
};

}  // namespace mxfleet

template <>
struct std::hash<mxfleet::SharedText> {
    std::size_t operator()(const mxfleet::SharedText& shared) const noexcept {
        return std::hash<std::string>{}(shared.text());
    }
};
