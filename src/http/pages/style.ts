/** The style of the small pages, in light and dark, from a phone to a wide screen. */
export const style = `
:root{color-scheme:light dark;--text:#1f2328;--soft:#59636e;--back:#fff;--card:#f6f8fa;--line:#d1d9e0;--link:#0b5cad;--code:#eef1f4}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9aa4af;--back:#0d1117;--card:#161b22;--line:#30363d;--link:#6cb0ff;--code:#1f262e}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
img{max-width:100%;height:auto}
a:focus-visible,button:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
body>header,main{max-width:60rem;margin:0 auto;padding:1rem}
body>header{padding-bottom:0}
nav ul{columns:17rem;padding-left:1.2rem}
h1{font-size:1.7rem;line-height:1.2;margin:.4rem 0 1rem}
h2{font-size:1.25rem;line-height:1.3;margin:2rem 0 .6rem}
.soft{color:var(--soft)}
.cards{list-style:none;margin:0;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr))}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem;margin:0 0 1rem}
.cards .card{margin:0}
.card h2{font-size:1.1rem;margin:0 0 .3rem}
.card p{margin:.3rem 0}
main .bar p{margin:0;flex:1 1 20rem}
.text{white-space:pre-wrap}
.bar{display:flex;margin-bottom:1rem;flex-wrap:wrap;gap:1rem;align-items:center;justify-content:space-between}
.button,button{display:inline-block;padding:.35rem .9rem;border:1px solid var(--line);border-radius:6px;background:var(--code);color:var(--text);font:inherit;text-decoration:none;cursor:pointer}
.passcode{display:flex;flex-wrap:wrap;gap:1rem;align-items:center}
.passcode b{font:700 2rem/1.2 ui-monospace,monospace;letter-spacing:.15em}
code,pre{font-family:ui-monospace,monospace;font-size:.875em;background:var(--code);border-radius:4px}
code{padding:.1em .3em}
pre{padding:.8rem;overflow-x:auto;overflow-wrap:normal}
pre code{padding:0;font-size:1em}
.wide{overflow-x:auto}
table{border-collapse:collapse;overflow-wrap:normal}
th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
`;
