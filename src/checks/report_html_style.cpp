// What the HTML report looks like, and the few lines of script that filter it. It reads and prints
// whole without them.
#include "checks/report_html_parts.hpp"

namespace rung::report_html_parts {

// Two literals, because a compiler need not take one of more than 64 KiB, and for the eye.
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme:light dark; --ink:#1c2733; --dim:#5a6876; --line:#dfe5ea; --rule:#b9c4cf;
  --sheet:#ffffff; --ground:#f4f6f8; --head:#eef3f8; --link:#1f5fae; --pass:#1d7f43; --fail:#c62f2f;
  --warning:#b25e00; --inconclusive:#9a6200; --unsupported:#6b7785; --idle:#66727f;
  --pass-wash:#e6f4eb; --fail-wash:#fcebe9; --warning-wash:#fdf0e0; --inconclusive-wash:#fbf3dd;
  --idle-wash:#edf0f3; --mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace; }
@media screen and (prefers-color-scheme:dark) { :root { --ink:#e4ebf2; --dim:#9aa8b6;
  --line:#2a343f;
  --rule:#465462; --sheet:#161d25; --ground:#0e1319; --head:#1d2732; --link:#7ab4f7; --pass:#5fd38b;
  --fail:#ff8078; --warning:#f5a94d; --inconclusive:#e9bd5a; --unsupported:#9aa7b4; --idle:#93a1b0;
  --pass-wash:#12301f; --fail-wash:#3a1a1a; --warning-wash:#382610; --inconclusive-wash:#332a10;
  --idle-wash:#202a34; } }
* { box-sizing:border-box; }
html { scroll-padding-top:3.6rem; -webkit-text-size-adjust:100%; }
body { margin:0; background:var(--ground); color:var(--ink);
  font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif; }
main, header, footer { max-width:80rem; margin:0 auto; padding:0 1.5rem; }
header { padding-top:2.2rem; }
a { color:var(--link); text-decoration:none; }
a:hover { text-decoration:underline; }
:focus-visible { outline:2px solid var(--link); outline-offset:2px; border-radius:3px; }
code, q, .octets, .fields { font-family:var(--mono); }
code { font-size:.92em; }
q { quotes:none; background:var(--idle-wash); border-radius:3px; padding:0 .3em; font-size:.92em;
  overflow-wrap:anywhere; white-space:pre-wrap; }
h1, h2, h3, p, ul, ol, dl, figure, table { margin:0; }
.dim { color:var(--dim); font-size:.9rem; }
.skip { position:absolute; left:-99em; }
.skip:focus { left:1rem; top:.5rem; background:var(--sheet); padding:.3rem .6rem; z-index:9; }
.kind { color:var(--dim); letter-spacing:.06em; text-transform:uppercase; font-size:.75rem;
  font-weight:600; }
h1 { font-size:1.7rem; line-height:1.25; font-weight:600; margin:.5rem 0 1.3rem; }
h1 strong { display:inline-block; color:#fff; background:var(--idle); border-radius:.4rem;
  padding:.12rem .7rem; margin-right:.6rem; letter-spacing:.01em; }
h1 span { color:var(--dim); font-weight:400; font-size:1.15rem; }
header.pass h1 strong { background:#1d7f43; } header.fail h1 strong { background:#c62f2f; }
header.inconclusive h1 strong { background:#9a6200; }
.facts { display:flex; flex-wrap:wrap; gap:.5rem 2.2rem; margin-bottom:1.2rem; }
.facts dt { color:var(--dim); font-size:.78rem; }
.facts dd { margin:0; font-variant-numeric:tabular-nums; }
.caveats { list-style:none; padding:.7rem 1rem; margin-bottom:1.2rem; border-radius:.4rem;
  background:var(--warning-wash); border-left:4px solid var(--warning); }
.tiles { display:flex; flex-wrap:wrap; gap:.6rem; list-style:none; padding:0; }
.tiles li { background:var(--sheet); border:1px solid var(--line); border-top:3px solid var(--idle);
  border-radius:.4rem; padding:.5rem 1rem .6rem; min-width:7.5rem; color:var(--dim);
  font-size:.85rem; }
.tiles b { display:block; font-size:1.6rem; line-height:1.2; color:var(--ink); font-weight:600;
  font-variant-numeric:tabular-nums; }
.tiles .pass { border-top-color:var(--pass); } .tiles .fail { border-top-color:var(--fail); }
.tiles .warning { border-top-color:var(--warning); }
.tiles .inconclusive { border-top-color:var(--inconclusive); }
.tiles .fail:not(.zero) b { color:var(--fail); } .tiles .warning:not(.zero) b {
  color:var(--warning); }
.tiles .zero { border-top-color:var(--line); } .tiles .zero b { color:var(--dim); font-weight:400; }
.bar { display:flex; gap:2px; height:6px; margin:.9rem 0 .3rem; border-radius:3px;
  overflow:hidden; }
.bar i { min-width:4px; background:var(--idle); } .bar .pass { background:var(--pass); }
.bar .fail { background:var(--fail); } .bar .warning { background:var(--warning); }
.bar .inconclusive { background:var(--inconclusive); }
nav { position:sticky; top:0; z-index:5; background:var(--ground); border-bottom:1px solid
  var(--line);
  margin-top:1.4rem; }
nav ul { display:flex; flex-wrap:wrap; gap:.2rem 1.4rem; list-style:none; max-width:80rem;
  margin:0 auto;
  padding:.6rem 1.5rem; font-size:.92rem; }
main > section { margin:2.4rem 0; }
h2 { font-size:1.25rem; font-weight:600; margin-bottom:.8rem; }
h3 { font-size:1.02rem; font-weight:600; line-height:1.5; }
.clause { color:var(--dim); font-weight:400; font-size:.85rem; margin-left:.5rem; }
.says { max-width:62rem; }
.unconfirmed { color:var(--inconclusive); font-weight:600; }
.tag { display:inline-block; font-size:.74rem; font-weight:600; border-radius:.25rem; padding:0
  .45rem;
  line-height:1.5; background:var(--idle-wash); color:var(--idle); white-space:nowrap; }
.tag.pass { background:var(--pass-wash); color:var(--pass); }
.tag.fail, .tag.error { background:var(--fail-wash); color:var(--fail); }
.tag.warning { background:var(--warning-wash); color:var(--warning); }
.tag.inconclusive { background:var(--inconclusive-wash); color:var(--inconclusive); }
b.pass { color:var(--pass); } b.fail { color:var(--fail); } b.idle { color:var(--idle); }
b.ours { color:var(--link); }
b.inconclusive { color:var(--inconclusive); }
)";

constexpr std::string_view kTables = R"(
table { border-collapse:collapse; font-variant-numeric:tabular-nums; }
th { text-align:left; font-weight:400; }
td, th { vertical-align:top; padding:.22rem .6rem; border-bottom:1px solid var(--line); }
caption { text-align:left; font-weight:600; padding:.2rem 0 .4rem; }
.number { text-align:right; white-space:nowrap; } .zero { color:var(--dim); }
.scroll { overflow-x:auto; }
.list { width:100%; background:var(--sheet); } .list td, .list th { padding:.4rem .6rem; }
.failures { margin-top:1.3rem; border-top:1px solid var(--line); background:none; }
.failures th { white-space:nowrap; } .failures code { font-weight:600; }
.failures td:nth-child(3) { min-width:18rem; } .paper { display:none; }
.matrix { background:var(--sheet); font-size:.9rem; border:1px solid var(--line); }
.matrix thead th { position:sticky; top:0; background:var(--head); font-weight:600;
  font-size:.82rem;
  vertical-align:bottom; }
.matrix th[scope=row] { white-space:nowrap; position:sticky; left:0; background:var(--sheet); }
.matrix .clause { white-space:nowrap; } .matrix .says { min-width:20rem; max-width:none; }
.matrix td.clause { font-size:inherit; margin:0; }
.matrix .ladder { writing-mode:vertical-rl; transform:rotate(180deg); text-align:left;
  padding:.5rem .2rem;
  font-weight:400; white-space:nowrap; border:0; line-height:1.2; }
.matrix .cell { text-align:center; min-width:2.1rem; padding:.22rem .2rem;
  border-left:1px solid var(--line); font-weight:700; }
.matrix td.pass { color:var(--pass); } .matrix td.fail { color:var(--fail);
  background:var(--fail-wash); }
.matrix td.warning { color:var(--warning); background:var(--warning-wash); }
.matrix td.inconclusive { color:var(--inconclusive); background:var(--inconclusive-wash); }
.matrix td.idle, .matrix td.unsupported { color:var(--idle); }
.matrix tr:target th, .list tr:target th { box-shadow:inset 3px 0 var(--link); }
.key { color:var(--dim); font-size:.85rem; margin:.5rem 0; } .key b { margin-left:.7rem; }
.filter { margin-bottom:.7rem; color:var(--dim); font-size:.9rem; } .filter[hidden] {
  display:none; }
.filter select, .filter input { font:inherit; color:var(--ink); background:var(--sheet);
  border:1px solid var(--rule); border-radius:.3rem; padding:.15rem .4rem; }
.filter label { margin-right:1rem; }
.columns { display:flex; flex-wrap:wrap; gap:1rem 3rem; align-items:flex-start; }
.figures { margin-bottom:1.4rem; font-size:.92rem; }
.figures thead th { color:var(--dim); font-size:.82rem; border-bottom-color:var(--rule); }
.plot svg { background:var(--sheet); border:1px solid var(--line); border-radius:.4rem; }
.plot text { font:11.5px system-ui,sans-serif; fill:var(--ink); } .plot .name { text-anchor:end; }
.plot .tick { text-anchor:middle; fill:var(--dim); } .plot .grid { stroke:var(--line); }
.plot .range { stroke:var(--link); stroke-width:2; opacity:.55; }
.plot .end { stroke:var(--link); stroke-width:2; } .plot circle { fill:var(--link); }
.plot .p50 { fill:var(--sheet); stroke:var(--link); stroke-width:2; }
figcaption { color:var(--dim); font-size:.82rem; padding:.3rem 0 1rem; }
.requirement { background:var(--sheet); border:1px solid var(--line); border-radius:.5rem;
  padding:1rem 1.2rem 1.1rem; margin-bottom:1rem; }
.requirement .tag { margin-right:.3rem; }
summary { cursor:pointer; }
.requirement > details { border-top:1px solid var(--line); margin-top:.7rem; padding-top:.6rem; }
.requirement > details > summary { color:var(--dim); font-size:.92rem; }
.finding > summary .where { color:var(--ink); font-weight:600; margin-right:.7rem; }
.finding > summary .when { float:right; font-size:.85rem; margin-left:.8rem; }
.pairs { display:grid; grid-template-columns:max-content 1fr; gap:.15rem 1rem; margin:.6rem 0 .9rem;
  font-size:.95rem; }
.pairs dt { color:var(--dim); }
.pairs dd { margin:0; overflow-wrap:anywhere; } .pairs bdi { font-family:var(--mono);
  font-size:.92em;
  white-space:pre-wrap; }
.finding[open] > summary .pair { visibility:hidden; }
.evidence { display:grid; grid-template-columns:minmax(0,5fr) minmax(0,7fr); gap:1.2rem;
  align-items:start; margin-top:.6rem; }
.evidence .ladder { position:sticky; top:3.4rem; }
.evidence .ladder svg { max-width:100%; height:auto; border:1px solid var(--line);
  border-radius:.4rem; }
.whole svg { max-width:none; }
figcaption b { margin-left:.6rem; } figcaption b:first-child { margin-left:0; }
.messages { list-style:none; padding:0; }
.messages > li { border:1px solid var(--line); border-radius:.4rem; margin-bottom:.4rem; }
.messages > li:target { border-color:var(--link); box-shadow:0 0 0 1px var(--link); }
.messages summary { display:flex; flex-wrap:wrap; gap:0 .8rem; padding:.3rem .7rem; font-size:.9rem;
  align-items:baseline; }
.messages .step { font-family:var(--mono); color:var(--dim); min-width:1.9rem; }
.messages .way { color:var(--dim); min-width:5.2rem; white-space:nowrap; }
.messages .what { font-weight:600; flex:1 1 10rem; overflow-wrap:anywhere; }
.messages .when { color:var(--dim); font-size:.82rem; font-variant-numeric:tabular-nums; }
.messages details[open] > summary { border-bottom:1px solid var(--line); background:var(--head); }
.route { color:var(--dim); font-size:.82rem; padding:.3rem .7rem .1rem; }
.fields { width:100%; font-size:12px; line-height:1.45; table-layout:fixed; }
.fields th, .fields td { padding:.12rem .7rem; overflow-wrap:anywhere; border-bottom:1px solid
  var(--line); }
.fields th[scope=row] { width:11.5rem; color:var(--dim); font-family:system-ui,sans-serif;
  font-size:12.5px; }
.fields .octets { width:38%; color:var(--dim); }
.fields bdi { white-space:pre-wrap; }
.fields .layer th { font:600 12.5px system-ui,sans-serif; background:var(--idle-wash);
  padding-top:.25rem;
  padding-bottom:.25rem; }
.fields tr:last-child > * { border-bottom:0; }
.marked > * { background:var(--fail-wash); } .marked th[scope=row] { color:var(--fail);
  font-weight:700;
  box-shadow:inset 3px 0 var(--fail); }
.marked.inconclusive > * { background:var(--inconclusive-wash); }
.remark { font-family:system-ui,sans-serif; font-size:12.5px; margin:.2rem 0; }
.remark b { font-weight:400; color:var(--dim); margin-left:.3rem; }
.messages .remark, .absent { padding:0; } details > .remark { padding:0 .7rem; }
.absent { color:var(--fail); font-family:system-ui,sans-serif; }
footer { color:var(--dim); font-size:.85rem; padding-top:1rem; padding-bottom:3rem; }
@media (max-width:62rem) { .evidence { grid-template-columns:minmax(0,1fr); }
  .evidence .ladder { position:static; } .matrix .says { min-width:14rem; } }
@media (max-width:40rem) { main, header, footer, nav ul { padding-left:.9rem; padding-right:.9rem; }
  .tiles li { min-width:0; flex:1 1 6rem; } .requirement { padding:.8rem .9rem; }
  .failures, .failures tbody { display:block; } .failures caption { display:block; }
  .failures tr { display:block; border-bottom:1px solid var(--line); padding:.4rem 0; }
  .failures td, .failures th { display:inline; border:0; padding:0 .3rem 0 0; white-space:normal; }
  .failures td:nth-child(n+3) { display:block; padding:.15rem 0 0; min-width:0; }
  .pairs { grid-template-columns:1fr; } .matrix th[scope=row] { position:static; }
  .finding > summary .when { float:none; margin-left:0; } .fields { table-layout:auto; }
  .fields th[scope=row] { width:auto; } }
@media print {
  @page { size:A4; margin:14mm 12mm; }
  :root { color-scheme:light; --ground:#fff; }
  body { font-size:9.5pt; } main, header, footer { max-width:none; padding:0; }
  nav, .filter, .skip, .screen { display:none; } .paper { display:inline; }
  header { padding-top:0; } h1 { font-size:16pt; } h1 strong, .bar i, .tag, .marked > *,
  .matrix td, .fields .layer th, .caveats { print-color-adjust:exact;
    -webkit-print-color-adjust:exact; }
  a { color:inherit; } h2, h3, caption, summary { break-after:avoid; }
  tr, .messages > li:not(:has([open])), .plot { break-inside:avoid; }
  .evidence { display:block; } .evidence .ladder { position:static; break-inside:avoid; }
  .evidence .ladder svg { max-height:150mm; } .requirement { border:0; border-top:1.5pt solid
    var(--rule);
    border-radius:0; padding:.6rem 0; }
  .matrix { font-size:7.5pt; } .matrix .says { min-width:0; } .matrix thead th {
    position:static; } .matrix .clause { white-space:normal; }
  .scroll { overflow:visible; } .plot svg, .whole svg { max-width:100%; height:auto; }
  .finding[open] > summary .pair { visibility:hidden; }
  svg.rung { --ink:#1c2733; --dim:#5c6b7a; --line:#b9c4cf; --sheet:#ffffff; --head:#eef3f8;
    --call:#1f5fae; --answer:#3b7a57; --pass:#1d7f43; --fail:#c62f2f; --inconclusive:#a86a00; }
}
)";

constexpr std::string_view kScript =
    R"(const filter = document.querySelector(".filter");
if (filter) {
  const kind = document.getElementById("show"), word = document.getElementById("with");
  const rows = [...document.querySelectorAll(".matrix tbody tr")];
  const apply = () => {
    const wanted = word.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = (!kind.value || row.className === kind.value) &&
        row.cells[0].textContent.toLowerCase().includes(wanted);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    document.getElementById("shown").textContent = shown + " of " + rows.length;
  };
  kind.addEventListener("change", apply);
  word.addEventListener("input", apply);
  filter.hidden = false;
  apply();
}
)";

constexpr std::string_view kScriptHash = "sha256-B/sqGWqoSxe89/OtRT3Zh9Ni7ibIWYg8R0CBLorSlGY=";

}  // namespace

std::string_view style() {
  static const std::string whole = std::string(kStyle) + std::string(kTables);
  return whole;
}
std::string_view script() { return kScript; }
std::string_view script_hash() { return kScriptHash; }

}  // namespace rung::report_html_parts
