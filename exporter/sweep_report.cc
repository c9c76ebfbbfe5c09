#include "exporter/sweep_report.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "core/x509/text.h"
#include "exporter/headline.h"

namespace stapling::exporter {
namespace {

constexpr std::size_t kStatusWidth = 8;
constexpr std::size_t kCountWidth = 6;
constexpr std::size_t kShownOfEach = 20;

// Two columns stand at least two spaces apart.
std::string Padding(std::size_t used, std::size_t width) {
  return std::string(used < width ? width - used + 2 : 2, ' ');
}

std::string StatusColumn(ExitStatus status, TextStyle style) {
  const std::string_view word = StatusWord(status);
  return Coloured(word, ColourOf(status), style) + Padding(word.size(), kStatusWidth);
}

// Outcomes of one status and word.
struct Group {
  ExitStatus status;
  std::string word;
  std::vector<const SweepOutcome*> outcomes;
};

std::vector<Group> GroupsOf(const std::vector<SweepOutcome>& outcomes) {
  std::map<std::pair<ExitStatus, std::string>, Group> groups;
  for (const SweepOutcome& outcome : outcomes) {
    const auto key = std::pair(outcome.status, outcome.word);
    groups.try_emplace(key, Group{outcome.status, outcome.word, {}})
        .first->second.outcomes.push_back(&outcome);
  }
  std::vector<Group> sorted;
  sorted.reserve(groups.size());
  for (auto& [key, group] : groups) sorted.push_back(std::move(group));
  std::ranges::stable_sort(sorted, [](const Group& one, const Group& other) {
    return std::pair(one.status, one.outcomes.size()) >
           std::pair(other.status, other.outcomes.size());
  });
  return sorted;
}

std::string Seconds(std::chrono::duration<double> duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", duration.count());
  return text;
}

std::string Counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string Opening(const SweepSummary& summary) {
  const std::size_t done = summary.outcomes.size();
  if (done == summary.targets) {
    return Counted(done, "target") + " in " + Seconds(summary.duration) + "\n";
  }
  return "Interrupted after " + Seconds(summary.duration) + ": " + std::to_string(done) + " of " +
         Counted(summary.targets, "target") + "\n";
}

std::string CountLine(const Group& group, TextStyle style) {
  const std::string count = std::to_string(group.outcomes.size());
  return "  " + StatusColumn(group.status, style) +
         (count.size() < kCountWidth ? std::string(kCountWidth - count.size(), ' ') : "") + count +
         "  " + group.word + "\n";
}

// The first of a group, and how many more there are.
std::string Listing(const Group& group, std::size_t target_width, TextStyle style) {
  std::string text;
  const std::size_t shown = std::min(group.outcomes.size(), kShownOfEach);
  for (std::size_t i = 0; i < shown; ++i) {
    text += "  " + SweepLine(*group.outcomes[i], target_width, style);
  }
  if (const std::size_t more = group.outcomes.size() - shown; more > 0) {
    text += "  " + StatusColumn(group.status, style) + "and " + std::to_string(more) +
            " more: " + group.word + "\n";
  }
  return text;
}

}  // namespace

SweepOutcome OutcomeOf(const CheckReport& report, std::size_t position, const std::string& target) {
  Headline headline = HeadlineOf(report);
  return {.position = position,
          .target = target,
          .status = report.exit_status,
          .word = std::move(headline.word),
          .sentence = std::move(headline.explanation.reason)};
}

std::string SweepLine(const SweepOutcome& outcome, std::size_t target_width, TextStyle style) {
  return StatusColumn(outcome.status, style) + CleanText(outcome.target) +
         Padding(outcome.target.size(), target_width) + outcome.word + ": " +
         CleanText(outcome.sentence) + "\n";
}

std::string SweepSummaryText(SweepSummary summary, TextStyle style) {
  std::ranges::sort(summary.outcomes, {}, &SweepOutcome::position);
  std::string text = Opening(summary);
  const std::vector<Group> groups = GroupsOf(summary.outcomes);
  for (const Group& group : groups) text += CountLine(group, style);
  std::string listings;
  std::size_t target_width = 0;
  for (const Group& group : groups) {
    if (group.status == ExitStatus::kGood) continue;
    const std::size_t shown = std::min(group.outcomes.size(), kShownOfEach);
    for (std::size_t i = 0; i < shown; ++i) {
      target_width = std::max(target_width, group.outcomes[i]->target.size());
    }
  }
  for (const Group& group : groups) {
    if (group.status != ExitStatus::kGood) listings += Listing(group, target_width, style);
  }
  return listings.empty() ? text : text + "\nThe worst first:\n" + listings;
}

}  // namespace stapling::exporter
