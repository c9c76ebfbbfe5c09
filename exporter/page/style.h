// The style of the page: one sheet, inside the page, that loads nothing.
//
// Light or dark as the browser asks; every pair of colours has a contrast of at least 4.5
// (WCAG 2.1, level AA), and no colour says what words do not. Below 60rem a row of a table becomes
// a card.
#pragma once

#include <string_view>

namespace stapling::exporter {

inline constexpr std::string_view kStyle = R"(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f3f5f8; --line: #cfd4dc;
  --ink: #1a1d23; --muted: #565d69; --link: #0b56b3; --good: #0a683a; --bad: #a8121f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --panel: #1e2228; --line: #3b424d;
    --ink: #e7e9ed; --muted: #a6adb9; --link: #8cb9ff; --good: #72d49d; --bad: #ff9d96;
  }
}
* { box-sizing: border-box; }
body {
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 90rem; padding: 1rem 1.5rem 2rem;
}
h1 { font-size: 1.6rem; margin: .5rem 0 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
a { color: var(--link); margin-right: .6rem; }
small, footer, .lead { color: var(--muted); }
small { display: block; font-size: .85rem; font-weight: normal; }
form {
  align-items: end; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem;
  display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.25rem 0; padding: 1rem;
}
label { display: block; }
input:not([type=checkbox]), select, button {
  background: var(--paper); border: 1px solid var(--muted); border-radius: .25rem;
  color: var(--ink); display: block; font: inherit; height: 2.5rem; max-width: 100%;
  margin-top: .25rem; padding: 0 .6rem;
}
input[name=target] { width: 22rem; }
input[name=hostname] { width: 16rem; }
label.check { align-items: center; display: flex; gap: .4rem; height: 2.5rem; }
button { background: var(--link); border-color: var(--link); color: var(--paper); padding: 0 1.5rem; }
::placeholder { color: var(--muted); opacity: 1; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; }
thead th:nth-child(1) { width: 18%; }
thead th:nth-child(2) { width: 19%; }
thead th:nth-child(3) { width: 11%; }
thead th:nth-child(5) { width: 15%; }
thead th:nth-child(6) { width: 15%; }
th, td {
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; padding: .45rem .75rem .45rem 0;
  text-align: left; vertical-align: top;
}
thead th { color: var(--muted); font-size: .85rem; font-weight: normal; }
.good { color: var(--good); font-weight: bold; }
.bad { color: var(--bad); font-weight: bold; }
.warning { font-weight: bold; }
footer { font-size: .85rem; margin-top: 2rem; }
@media (max-width: 60rem) {
  body { padding: .5rem 1rem 1.5rem; }
  thead { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px; }
  tr {
    border: 1px solid var(--line); border-radius: .5rem; display: block; margin: .75rem 0;
    padding: .5rem .75rem;
  }
  th, td { border: 0; display: block; padding: .1rem 0; }
  tbody th { font-size: 1.05rem; }
  td { display: grid; gap: .5rem; grid-template-columns: 6rem minmax(0, 1fr); }
  td::before { color: var(--muted); content: attr(data-label); }
  td > div { min-width: 0; }
}
@media (max-width: 40rem) {
  label, select, button, input[name=target], input[name=hostname] { width: 100%; }
}
)";

}  // namespace stapling::exporter
