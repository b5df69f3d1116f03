export const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --soft: #5a6578; --line: #d9dee7; --card: #f5f7fa;
  --good: #12713d; --bad: #b3211d; --warn: #8a5a00; --accent: #1f5fbf; --bad-back: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --back: #12161d; --text: #e6eaf1; --soft: #a3adbd; --line: #2f3846;
  --card: #1a202a; --good: #5fd394; --bad: #ff8f85; --warn: #f0b849; --accent: #7fb2ff; --bad-back: #3a1a1a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); } code { font-size: .9em; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .5rem; }
.verdict { font-size: 1.15rem; font-weight: 600; } .verdict.bad { color: var(--bad); } .verdict.good { color: var(--good); }
.findings { list-style: none; padding: 0; margin: 0; display: grid; gap: .5rem; }
.findings li { background: var(--card); border-left: .3rem solid var(--warn); padding: .5rem .75rem; overflow-wrap: anywhere; }
.findings li.breach { border-color: var(--bad); background: var(--bad-back); }
.level { font-weight: 600; color: var(--warn); } .breach .level { color: var(--bad); }
.find { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin: .5rem 0; }
input[type=search] { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--soft); padding: .35rem .6rem;
  border-radius: .3rem; width: min(22rem, 100%); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.find label { display: flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: center; } caption { text-align: left; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); position: sticky; top: 0; background: var(--back); }
tbody tr:first-child > * { border-top: 1px solid var(--line); } tbody th { font-weight: 600; }
.good { color: var(--good); } .late, .never, .clock { color: var(--bad); font-weight: 600; } .absent { color: var(--soft); }
.more td { padding-top: 0; } summary { cursor: pointer; color: var(--accent); width: fit-content; }
svg { display: block; width: 100%; min-width: 40rem; height: auto; }
svg text { fill: var(--soft); font: 12px system-ui, sans-serif; } svg .lane { stroke: var(--line); stroke-width: 1; }
svg .copy { stroke: var(--accent); stroke-width: 3; fill: none; }
[hidden] { display: none; }
@media print { .find { display: none; } }
`
