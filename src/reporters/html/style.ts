/** How a page looks: system fonts, light and dark, from 320 px on, and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--back:#fff;--card:#f6f8fa;--line:#d0d7de;--good:#116329;--bad:#a40e26;--wait:#7d4e00;--link:#0550ae}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9da7b3;--back:#0d1117;--card:#161b22;--line:#30363d;--good:#56d364;--bad:#ff8e86;--wait:#e3b341;--link:#79c0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:100rem;padding:1rem clamp(.75rem,3vw,2.5rem) 3rem;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header{border-bottom:1px solid var(--line);margin-bottom:1.25rem}
.name{margin:0;font-weight:600;color:var(--soft)}.name span{font-weight:400}
h1{margin:.1rem 0 .4rem;font-size:clamp(1.25rem,1rem + 1.6vw,1.9rem);line-height:1.25;font-weight:650}
h2{margin:1.6rem 0 .5rem;font-size:1.1rem}
h3{margin:.6rem 0 .1rem;font-size:.95rem}
.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}
.about,.soft{color:var(--soft)}.about{margin:.2rem 0 .8rem}
code,pre{font:.87em/1.5 ui-monospace,monospace}
pre{margin:.4rem 0;padding:.6rem .75rem;background:var(--card);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);min-width:5.5rem;font-weight:400}
thead th{font-weight:600;white-space:nowrap}tbody th{font-weight:600}
.figure{text-align:right;font-variant-numeric:tabular-nums}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;content-visibility:auto;contain-intrinsic-size:auto 2.4rem}
@media (max-width:44rem){table:not(.stacks){min-width:44rem}.stacks :is(caption,tbody,tr,th,td){display:block;padding:.1rem 0;border:0;text-align:left}.stacks{display:block}.stacks thead{position:absolute;clip-path:inset(50%)}.stacks tr{border-bottom:1px solid var(--line);padding:.5rem 0}.stacks td:empty{display:none}.stacks td::before{content:attr(data-label) ": ";color:var(--soft)}}
summary{padding:.4rem .75rem;cursor:pointer;background:var(--card);border-radius:6px}
details>:not(summary){margin-left:.75rem;margin-right:.75rem}
ul{margin:.1rem 0 .6rem;padding-left:1.1rem}
li{margin:.1rem 0}
form{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:end;margin:.5rem 0}
form[hidden],[hidden]{display:none!important}
label{display:grid;font-size:.85rem;color:var(--soft);flex:1 1 9rem;max-width:18rem}
input,select{font:inherit;color:var(--text);background:var(--back);border:1px solid var(--soft);border-radius:6px;padding:.3rem .5rem;width:100%;min-width:0}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
output{flex:1 0 100%;color:var(--soft);font-size:.85rem}
@media print{:root{color-scheme:light;--text:#000;--soft:#333;--back:#fff;--card:#fff;--line:#999;--good:#000;--bad:#000;--wait:#000}
body{padding:0;font-size:10pt}form{display:none!important}.scroll{overflow:visible}details{content-visibility:visible}details::details-content{content-visibility:visible;display:block;height:auto}tr,li{break-inside:avoid}}
`;
