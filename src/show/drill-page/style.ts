export const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --soft: #5a6578; --line: #d9dee7; --card: #f5f7fa;
  --good: #12713d; --bad: #b3211d; --warn: #8a5a00; --accent: #1f5fbf; }
@media (prefers-color-scheme: dark) { :root { --back: #12161d; --text: #e6eaf1; --soft: #a3adbd; --line: #2f3846;
  --card: #1a202a; --good: #5fd394; --bad: #ff8f85; --warn: #f0b849; --accent: #7fb2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; overflow-wrap: anywhere; } .soft { color: var(--soft); }
.verdict { font-size: 1.15rem; font-weight: 600; }
.passed, .proven .result { color: var(--good); } .weak .result, .verdict.weak, .warning { color: var(--warn); }
.verdict.failed, .failed .result { color: var(--bad); } .skipped .result { color: var(--soft); }
.proof { background: var(--card); border-left: .3rem solid var(--line); padding: .5rem .75rem; margin: .5rem 0; }
.proof.proven { border-color: var(--good); } .proof.weak { border-color: var(--warn); } .proof.failed { border-color: var(--bad); }
.result { font-weight: 400; float: right; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; } caption { text-align: left; color: var(--soft); font-size: .9em; padding: .4rem 0; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; font-weight: 400; }
thead th { color: var(--soft); font-size: .9em; } tbody tr > * { border-top: 1px solid var(--line); }
.findings th[scope=row], .findings td { overflow-wrap: anywhere; min-width: 8rem; }
tr.failed .level { color: var(--bad); font-weight: 600; } tr.weak .level { color: var(--warn); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot > tr > * { border-top: 2px solid var(--line); font-weight: 600; }
svg rect { fill: var(--accent); } summary { cursor: pointer; color: var(--accent); width: fit-content; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media print { .proof { break-inside: avoid; } }
`
