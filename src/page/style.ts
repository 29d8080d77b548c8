/** Readable in light and dark mode, from 320 pixels on. Colour contrast is at least 4.5 to 1. */
export const STYLE = `:root{color-scheme:light dark;--back:#fff;--text:#1b1f24;--soft:#57606a;--line:#8c959f;--act:#0b57d0;--on-act:#fff;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--back:#15181c;--text:#e6e8eb;--soft:#a9b1ba;--line:#6e7781;--act:#a8c7fa;--on-act:#06214f;--bad:#ffb4ab}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:42rem;margin:0 auto;padding:1.25rem 1rem 2rem}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 1rem;overflow-wrap:anywhere}
h2{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.5rem 0;overflow-wrap:anywhere}
ul{list-style:none;margin:0;padding:0;border-top:1px solid var(--line)}
li{padding:.35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;white-space:pre-wrap}
details{margin-top:.75rem}
summary{cursor:pointer;color:var(--soft)}
details ul{margin-top:.5rem;font-size:.85rem;font-family:ui-monospace,monospace}
footer{max-width:42rem;margin:0 auto;padding:0 1rem 2rem;color:var(--soft);font-size:.9rem}
label{display:block;font-weight:600;margin-top:1.25rem}
.hint{color:var(--soft);font-size:.9rem}
.bad{color:var(--bad);font-weight:600}
input,textarea{display:block;width:100%;margin-top:.25rem;padding:.6rem;border:1px solid var(--line);border-radius:.375rem;background:transparent;color:inherit;font:inherit;font-family:ui-monospace,monospace}
textarea{min-height:8rem;-webkit-text-security:disc}
.code{max-width:12rem;letter-spacing:.15em;text-transform:uppercase}
[aria-invalid=true]{border-color:var(--bad);border-width:2px}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.row{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.75rem}
button{padding:.65rem 1.25rem;border:1px solid var(--act);border-radius:.375rem;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;cursor:pointer}
button.plain{background:transparent;color:var(--text);border-color:var(--line)}
`;
