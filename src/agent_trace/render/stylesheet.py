"""The one style of our HTML pages: paper, ink, hairlines and one accent."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1c1e21; --quiet: #5a6067; --hair: #deded8; --wash: #f4f4ef; --accent: #0b655d;
  --good: #1d6a35; --warning: #7a5000; --bad: #a3262c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #e3e3df; --quiet: #a2a8ae; --hair: #33373c; --wash: #1d2024; --accent: #62c6ba;
    --good: #82cf98; --warning: #e2b55e; --bad: #ff9490;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; text-size-adjust: 100%; }
body {
  max-width: 84rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem;
  color: var(--ink); background: var(--paper); font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, h4, h5, h6 { margin: 2.25rem 0 .5rem; font-weight: 600; line-height: 1.25; text-wrap: balance; }
h1 { margin-top: 0; font-size: 1.75rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; }
h3 { font-size: 1.05rem; }
h4, h5, h6 { font-size: 1rem; }
p { max-width: 46rem; margin: .75rem 0; white-space: pre-line; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
pre, .when, .number, .mark {
  font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-variant-numeric: tabular-nums;
}
pre { margin: .5rem 0; white-space: pre-wrap; line-height: 1.45; }
.dim { color: var(--quiet); }
.strong { font-weight: 600; }
.accent { color: var(--accent); }
.good { color: var(--good); }
.warning { color: var(--warning); }
.bad { color: var(--bad); }

dl { margin: 1rem 0; }
dl > div { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 1rem; padding: .15rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; white-space: pre-line; }
dd small { margin-left: .5rem; color: var(--quiet); font-size: .875rem; }

.scroll { overflow-x: auto; margin: 1.25rem 0; }
table { border-collapse: collapse; min-width: min(100%, 30rem); font-size: .9375rem; overflow-wrap: normal; }
.wide { font-size: .8125rem; }
.wide th, .wide td { padding-right: .8rem; }
caption { padding-bottom: .4rem; text-align: left; font-weight: 600; }
th, td { padding: .35rem 1.1rem .35rem 0; text-align: left; vertical-align: top; font-weight: 400; }
td, tbody th, tfoot th { max-width: 34rem; overflow-wrap: break-word; white-space: pre-line; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-size: .8125rem; vertical-align: bottom; border-bottom: 1px solid var(--quiet); }
tbody tr + tr > * { border-top: 1px solid var(--hair); }
tfoot th, tfoot td { font-weight: 600; }
tfoot tr:first-child > * { border-top: 1px solid var(--quiet); }
.right { text-align: right; white-space: nowrap; overflow-wrap: normal; }
td.short, th.short { white-space: pre; overflow-wrap: normal; }

.outline, .outline ul { margin: 0; padding: 0; list-style: none; }
.outline { margin: 1rem 0; }
.outline ul { margin-left: .4rem; padding-left: 1.1rem; border-left: 1px solid var(--hair); }
.outline li { padding: .1rem 0; }

.timeline { margin: 1rem 0; padding: 0; list-style: none; }
.timeline > li { padding: .4rem 0; border-top: 1px solid var(--hair); }
.timeline > li:first-child { border-top: 0; }
.timeline .line { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline; margin: 0; max-width: none; }
.timeline .number { min-width: 2.75rem; text-align: right; color: var(--quiet); }
.timeline .when { min-width: 4.75rem; color: var(--quiet); }
.timeline .label { min-width: 6rem; font-weight: 600; }
.timeline .text { flex: 1 1 20rem; min-width: 0; }
.timeline .body { margin: .25rem 0 .25rem 3.5rem; }
.timeline pre { margin: 0; }
.timeline .mark { min-width: .75rem; }
.depth1 .mark { margin-left: 1.5rem; }
.depth2 .mark { margin-left: 3rem; }
.depth3 .mark { margin-left: 4.5rem; }
.depth4 .mark { margin-left: 6rem; }
.depth1 .body { margin-left: 5rem; }
.depth2 .body { margin-left: 6.5rem; }
.depth3 .body { margin-left: 8rem; }
.depth4 .body { margin-left: 9.5rem; }
summary { color: var(--quiet); cursor: pointer; font-size: .875rem; }

.chart td:last-child { width: 100%; min-width: 12rem; vertical-align: middle; }
.chart table { width: 100%; }
.chart svg { display: block; width: 100%; height: .7rem; }
.chart rect { fill: var(--accent); }

.code, .diff { margin: 1rem 0; padding: .75rem 1rem; background: var(--wash); }
.diff figcaption, .code figcaption { color: var(--quiet); font-size: .875rem; }
.diff ins { color: var(--good); text-decoration: none; }
.diff del { color: var(--bad); text-decoration: none; }

.note { margin: 1rem 0; padding-left: .9rem; border-left: 2px solid currentColor; }
.note p { margin: 0; color: var(--ink); }
.note .word { font-weight: 600; }
.note .hint { color: var(--quiet); }
footer {
  margin-top: 3.5rem; padding-top: .75rem; border-top: 1px solid var(--hair);
  color: var(--quiet); font-size: .875rem;
}

@media (max-width: 40rem) {
  body { padding: 1.25rem 1rem 3rem; }
  dl > div { grid-template-columns: 1fr; padding: .3rem 0; }
  .timeline .body, .timeline > li .body { margin-left: 0; }
  .depth1 .mark, .depth2 .mark, .depth3 .mark, .depth4 .mark { margin-left: .75rem; }
  .list, .list tbody { display: block; min-width: 0; }
  .list thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .list tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .4rem 0; }
  .list tbody tr + tr { border-top: 1px solid var(--hair); }
  .list tbody tr + tr > * { border-top: 0; }
  .list tbody th { flex: 1 0 100%; max-width: none; padding: 0; }
  .list td { padding: 0; font-size: .875rem; }
  .list td:not(:empty)::before { content: attr(data-name) " "; color: var(--quiet); }
}
@media print {
  :root {
    --paper: #fff; --ink: #000; --quiet: #444; --hair: #ccc; --wash: #fff; --accent: #0b655d;
    --good: #1d6a35; --warning: #7a5000; --bad: #a3262c;
  }
  @page { margin: 16mm; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  td, tbody th, tfoot th { overflow-wrap: anywhere; }
  td.short, th.short { white-space: pre-line; }
  thead { display: table-header-group; }
  tr, .note, dl > div { break-inside: avoid; }
  h1, h2, h3, h4, caption { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
"""
