export const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --soft: #5a6578; --line: #d9dee7;
  --good: #12713d; --bad: #b3211d; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --back: #12161d; --text: #e6eaf1; --soft: #a3adbd; --line: #2f3846;
  --good: #5fd394; --bad: #ff8f85; --warn: #f0b849; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; } .soft { color: var(--soft); } .note { color: var(--warn); }
.verdict { font-size: 1.15rem; font-weight: 600; }
.verdict.worse, tr.reduce th { color: var(--bad); } .verdict.as-intended { color: var(--good); }
.verdict.no-effect, .verdict.unclear, tr.investigate th { color: var(--warn); }
.scroll { overflow-x: auto; } .picture svg { display: block; border-radius: .25rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; font-weight: 400; white-space: nowrap; }
thead th { color: var(--soft); font-size: .9em; } tbody tr > * { border-top: 1px solid var(--line); }
.replies td:last-child { white-space: normal; overflow-wrap: anywhere; min-width: 16rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@media print { h2 { break-after: avoid; } }
`
