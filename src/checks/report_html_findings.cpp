#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checks/html.hpp"
#include "checks/report_html_parts.hpp"
#include "engine/base/figures.hpp"

namespace rung::report_html_parts {
namespace {

std::string where(const SuiteFinding& f) {
  std::string out = fmt::format("{} {}", html::escaped(f.ladder), html::escaped(f.step));
  if (!f.path.empty()) out += fmt::format(" <code>{}</code>", html::escaped(f.path));
  return out;
}

std::string frame_of(const SuiteFinding& f) {
  if (f.frame_place == FramePlace::overwritten) return "its frame is no longer in the capture";
  if (f.frame_place == FramePlace::none) return "no frame shows it";
  return fmt::format("{}frame {} of {}",
                     f.never_came ? "a message was missing, the last one before it is " : "",
                     f.frame, html::escaped(f.file));
}

/// Evidence is shown once for each session, where its first finding stands.
class FindingList {
 public:
  explicit FindingList(const ReportInput& input) : input_(input) {
    for (const SuiteFinding& f : input.suite.findings) {
      if (!f.session.empty()) sessions_[{f.file, f.session}].push_back(&f);
    }
  }

  std::string group(const SuiteRequirement* requirement,
                    const std::vector<const SuiteFinding*>& of) {
    std::string out = heading(requirement, of);
    for (const SuiteFinding* f : of) out += finding(*f, f == of.front());
    return out + "</section>\n";
  }

 private:
  using Key = std::pair<std::string, std::string>;

  std::string heading(const SuiteRequirement* r, const std::vector<const SuiteFinding*>& of) {
    if (r == nullptr) {
      return "<section class=\"requirement\" id=\"finding-own\"><h3>Fields without a "
             "requirement</h3>\n";
    }
    const std::uint64_t failed = r->counts[static_cast<std::size_t>(of.front()->verdict)];
    std::uint64_t judgements = 0;
    for (const std::uint64_t count : r->counts) judgements += count;
    std::string out = fmt::format(
        "<section class=\"requirement\" id=\"finding-{0}\"><h3>{1} <code>{2}</code> "
        "<span class=\"clause\">{3}</span></h3>\n<p class=\"says\">{4}</p>\n<p "
        "class=\"dim\">{5}{6}",
        html::anchor(r->id), tag(r->verdict, r->warning), html::escaped(r->id),
        html::escaped(r->clause), html::escaped(r->text), html::escaped(r->severity),
        r->obliged.empty() ? "" : ", binds " + html::escaped(r->obliged));
    if (!r->confirmed) {
      out +=
          " · <b class=\"unconfirmed\">unconfirmed</b>: this clause was not yet read in the "
          "published text";
    }
    if (failed > 0) {
      out +=
          fmt::format(" · {} of {} failed", count_text(failed), counted(judgements, "judgement"));
    }
    return out + fmt::format(" · {} below</p>\n", counted(of.size(), "finding"));
  }

  std::string finding(const SuiteFinding& f, bool open) {
    const std::string name = fmt::format("f{}", ++number_);
    std::string out = fmt::format(
        "<details class=\"finding\" id=\"{}\"{}><summary>{}<span class=\"where\">{}</span>"
        "<span class=\"pair\">{}</span><span class=\"when\">UE {} · {} s</span></summary>\n",
        name, open ? " open" : "", tag(f.verdict), where(f), difference(f), f.ue,
        fmt::format("{:.3f}", static_cast<double>(f.at.count()) / 1e9));
    out += fmt::format(
        "<dl "
        "class=\"pairs\"><dt>Expected</dt><dd><bdi>{}</bdi></dd><dt>Actual</dt><dd><bdi>{}</bdi>"
        "</dd><dt>Where</dt><dd>{}, {}</dd></dl>\n",
        html::escaped(f.expected), html::escaped(f.actual), where(f), frame_of(f));
    return out + proof(f, name) + "</details>\n";
  }

  std::string proof(const SuiteFinding& f, const std::string& name) {
    const Key key{f.file, f.session};
    if (const auto shown = shown_.find(key); shown != shown_.end()) {
      return fmt::format(
          "<p class=\"dim\">The same session as <a href=\"#{0}\">finding {0}</a>, where its "
          "messages "
          "stand.</p>\n",
          shown->second);
    }
    if (spent_ > kEvidenceOctetsMax) {
      return "<p class=\"dim\">The page is full: the messages are in the capture.</p>\n";
    }
    std::string out = evidence(input_, f.file, f.session, f.ladder, sessions_[key], name);
    if (out.empty()) return "<p class=\"dim\">No message of this session was kept.</p>\n";
    shown_[key] = name;
    spent_ += out.size();
    return out;
  }

  const ReportInput& input_;
  std::map<Key, std::vector<const SuiteFinding*>> sessions_;
  std::map<Key, std::string> shown_;  // the finding whose evidence it is
  std::size_t number_ = 0;
  std::size_t spent_ = 0;
};

/// The worst first; warnings behind what fails.
int rank(const SuiteRequirement* r, const SuiteFinding& f) {
  if (r == nullptr) return f.verdict >= Verdict::fail ? 1 : 5;
  if (r->verdict == Verdict::error) return 0;
  if (r->verdict == Verdict::fail) return r->warning ? 2 : 1;
  return 4;
}

}  // namespace

std::string findings_part(const ReportInput& input) {
  struct Group {
    const SuiteRequirement* requirement;
    std::vector<const SuiteFinding*> findings;
  };
  std::vector<Group> groups;
  std::map<std::string, std::size_t> places;
  for (const SuiteFinding& f : input.suite.findings) {
    const auto [place, fresh] = places.try_emplace(f.requirement, groups.size());
    if (fresh) groups.push_back({requirement_of(input.suite, f.requirement), {}});
    groups[place->second].findings.push_back(&f);
  }
  std::ranges::stable_sort(groups, {},
                           [](const Group& g) { return rank(g.requirement, *g.findings.front()); });
  std::string out = "<section id=\"findings\"><h2>Findings</h2>\n";
  if (groups.empty()) return out + "<p>None.</p>\n</section>\n";
  out += fmt::format("<p class=\"dim\">{} kept whole of {}, by requirement.</p>\n",
                     count_text(input.suite.findings.size()),
                     count_text(std::max<std::uint64_t>(input.suite.findings_counted,
                                                        input.suite.findings.size())));
  FindingList list(input);
  for (const Group& g : groups) out += list.group(g.requirement, g.findings);
  return out + "</section>\n";
}

}  // namespace rung::report_html_parts
