/** Of the certificate's page; its digest stands in the page's content security policy. */
export const STYLE = `
:root { color: #1b1f24; background: #fff; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 0 auto; padding: 1rem; }
header { display: flex; justify-content: space-between; align-items: flex-start; gap: 1rem; }
h1 { margin: 0; font-size: 1.75rem; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.25rem; }
.qr { flex: none; width: 9rem; height: 9rem; }
.outcome { margin: 0.5rem 0 0; font-size: 1.25rem; font-weight: 700; }
.pass { color: #166534; }
.no { color: #991b1b; }
.notice { border-left: 0.5rem solid #991b1b; background: #fef2f2; color: #991b1b; padding: 0.5rem 1rem; font-weight: 700; }
dl { display: grid; grid-template-columns: minmax(9rem, 15rem) 1fr; gap: 0.25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.wide:focus-visible, a:focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #d1d5db; padding: 0.3rem 0.75rem 0.3rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom-color: #1b1f24; }
code { overflow-wrap: anywhere; }
@media (max-width: 40rem) { header { display: block; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
`;
