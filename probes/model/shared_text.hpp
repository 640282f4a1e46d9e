// A text that many hold and nobody changes, as a name that stands in a dozen places: copies share one, in one block of
// memory, and a holder is a pointer. Holds for any thread, as a std::shared_ptr does.
#pragma once

#include <atomic>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace mxfleet {

class SharedText {
public:
    SharedText() = default;
    SharedText(std::string_view text) : block_(text.empty() ? nullptr : kept(text)) {}  // NOLINT: a text is one
    SharedText(const std::string& text) : SharedText(std::string_view(text)) {}         // NOLINT
    SharedText(const char* text) : SharedText(std::string_view(text)) {}                // NOLINT
    SharedText(const SharedText& other) noexcept : block_(other.block_) { hold(); }
    SharedText(SharedText&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    SharedText& operator=(SharedText other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~SharedText() { release(); }

    std::string_view text() const noexcept {
        return block_ == nullptr ? std::string_view{} : std::string_view{characters(block_), block_->size};
    }
    operator std::string_view() const noexcept { return text(); }  // NOLINT: it reads as any other text
    operator std::string() const { return std::string(text()); }   // NOLINT: a copy
    bool empty() const noexcept { return block_ == nullptr; }

    /// How many have the same one, this one among them; 0 for the empty text. By the time it is read there may be
    /// others.
    std::size_t holders() const noexcept {
        return block_ == nullptr ? 0 : block_->holders.load(std::memory_order_relaxed);
    }

    bool operator==(const SharedText& other) const noexcept { return block_ == other.block_ || text() == other.text(); }
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
    /// The characters follow it.
    struct Block {
        std::atomic<std::uint32_t> holders;
        std::uint32_t size;
    };

    static char* characters(Block* block) noexcept { return reinterpret_cast<char*>(block + 1); }

    static Block* kept(std::string_view text) {
        void* const room = ::operator new(sizeof(Block) + text.size());
        auto* const block = new (room) Block{1, static_cast<std::uint32_t>(text.size())};
        std::memcpy(characters(block), text.data(), text.size());
        return block;
    }

    void hold() const noexcept {
        if (block_ != nullptr) block_->holders.fetch_add(1, std::memory_order_relaxed);
    }

    void release() noexcept {
        if (block_ != nullptr && block_->holders.fetch_sub(1, std::memory_order_acq_rel) == 1)
            ::operator delete(block_);
    }

    Block* block_ = nullptr;  ///< null for the empty text
};

}  // namespace mxfleet

template <>
struct std::hash<mxfleet::SharedText> {
    std::size_t operator()(const mxfleet::SharedText& shared) const noexcept {
        return std::hash<std::string_view>{}(shared.text());
    }
};
