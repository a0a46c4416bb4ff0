/** The one style of the status page. */
export const pageStyle = `:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --panel: #fff; --text: #1b2430; --soft: #525c69; --line: #dde2e8;
  --good: #17692f; --minor: #7d5200; --major: #a3480a; --critical: #b21e28; --planned: #1d5bb8; --unmeasured: #c5ccd4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --panel: #161b22; --text: #e7ecf2; --soft: #a3adb9; --line: #2b333d;
    --good: #56c271; --minor: #e0a83c; --major: #f08c4a; --critical: #ff8080; --planned: #6ea8ff; --unmeasured: #3b444f;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 860px; padding: 24px 16px 48px; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1, h2, h3, p { margin: 0; }
h1 { font-size: 26px; line-height: 1.25; }
h2 { font-size: 17px; margin-bottom: 8px; }
h3 { font-size: 15px; overflow-wrap: anywhere; }
a { color: var(--planned); }
.name { font-weight: 600; }
.soft { color: var(--soft); font-size: 13px; }
.old { border: 1px solid var(--minor); color: var(--minor); border-radius: 6px; padding: 8px 12px; margin-top: 8px; }
header, section { margin-bottom: 28px; }
.none { color: var(--good); } .unsure { color: var(--text); } .minor { color: var(--minor); } .major { color: var(--major); }
.critical { color: var(--critical); } .maintenance { color: var(--planned); }
.components { list-style: none; margin: 0 0 8px; padding: 0; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.components li { padding: 12px 16px; border-top: 1px solid var(--line); }
.components li:first-child { border-top: 0; }
.components .line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; align-items: baseline; }
.components .line + .soft, .days + .soft { margin-top: 2px; }
.state { font-size: 13px; }
.unknown { color: var(--soft); }
.parts { list-style: none; margin: 12px 0 0; padding: 0 0 0 16px; border-left: 2px solid var(--line); }
.components .parts li { padding: 8px 0; border: 0; }
.parts .days { height: 14px; }
dl { margin: 4px 0 0; display: grid; grid-template-columns: max-content 1fr; gap: 0 12px; font-size: 14px; }
dt { color: var(--soft); } dd { margin: 0; }
.operational { color: var(--good); stroke: var(--good); }
.under_maintenance { color: var(--planned); stroke: var(--planned); }
.degraded_performance { color: var(--minor); stroke: var(--minor); }
.partial_outage { color: var(--major); stroke: var(--major); }
.major_outage { color: var(--critical); stroke: var(--critical); }
.unmeasured { stroke: var(--unmeasured); }
span.state { stroke: none; }
.days path { fill: none; stroke-width: 24; stroke-dasharray: 3 1; }
.days { display: block; width: 100%; height: 24px; margin-top: 8px; }
article { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin-bottom: 12px; overflow-wrap: anywhere; }
.posts { list-style: none; margin: 8px 0 0; padding: 0; display: grid; gap: 8px; }
.posts time { color: var(--soft); font-size: 13px; }
.postmortem { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 16px; overflow-wrap: anywhere; }
.postmortem h2 { font-size: 20px; margin: 12px 0 8px; } .postmortem h3 { font-size: 16px; margin: 18px 0 4px; } .postmortem h4 { margin: 12px 0 4px; }
.postmortem p + p { margin-top: 8px; } .postmortem ul, .postmortem ol { margin: 4px 0 8px; padding-left: 20px; }
.postmortem table { border-collapse: collapse; margin: 8px 0; font-size: 14px; } .postmortem th, .postmortem td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
.postmortem code { font: 13px/1.4 ui-monospace, monospace; }
.months { width: 100%; border-collapse: collapse; font-size: 14px; margin-bottom: 8px; }
.months th, .months td { text-align: left; padding: 6px 8px 6px 0; border-top: 1px solid var(--line); font-weight: 400; vertical-align: top; }
.months tbody th { white-space: nowrap; }
.months ul { overflow-wrap: anywhere; }
@media (max-width: 480px) { .months { font-size: 12px; } .months th, .months td { padding-right: 5px; } .months thead th { font-size: 12px; } }
.months thead th { border-top: 0; color: var(--soft); font-size: 13px; }
.months ul { margin: 0; padding-left: 18px; }
footer p { display: flex; flex-wrap: wrap; gap: 16px; }
footer details { margin-top: 12px; } footer li { margin: 6px 0; overflow-wrap: anywhere; } footer li a { margin-left: 8px; }
`
