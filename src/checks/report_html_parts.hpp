// The parts of the HTML report, each a section or nothing. Private to report_html*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "checks/report_html.hpp"

namespace rung::report_html_parts {

/// Octets of evidence, drawings and messages, that a page holds; findings beyond are told in a line
/// each.
inline constexpr std::size_t kEvidenceOctetsMax = std::size_t{24} << 20;

std::string_view style();
std::string_view script();
/// Of the script, as a Content-Security-Policy wants it; a test computes it again.
std::string_view script_hash();

/// "<span class="tag fail">fail</span>".
std::string tag(Verdict verdict, bool warning = false);
/// What was expected and what came, in a line; that alone where the requirement's text says the
/// rest.
std::string difference(const FindingRecord& finding);
/// "pass", "warning", "not run": the class of a verdict and the word for people.
std::string_view verdict_class(Verdict verdict, bool warning = false);
std::string_view verdict_word(Verdict verdict, bool warning = false);
/// A link to where the page speaks of a requirement.
std::string requirement_link(std::string_view id);
/// The row of a requirement; nullptr when the suite has none.
const SuiteRequirement* requirement_of(const SuiteResult& suite, std::string_view id);

std::string header_part(const ReportInput& input);
std::string matrix_part(const ReportInput& input);
std::string figures_part(const ReportInput& input);
std::string findings_part(const ReportInput& input);
/// Every ladder with its sessions and, where the capture holds one, an example that passed.
std::string ladders_part(const ReportInput& input);
/// Policies, settings and the machine.
std::string settings_part(const ReportInput& input);

/// One session: its ladder drawn with our verdicts beside its messages field by field. `findings`
/// are those of the session, `name` begins every anchor in it. Empty when no frame is at hand.
std::string evidence(const ReportInput& input, std::string_view file, std::string_view session,
                     std::string_view ladder, const std::vector<const SuiteFinding*>& findings,
                     std::string_view name);

}  // namespace rung::report_html_parts
