import { type Html, html } from './html.ts'

/** An icon of the sheet that stands once on every page. */
export function icon(name: string): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-${name}"/></svg>`
}

/** The icons, drawn once and used by name. */
export const iconSheet = html`<svg class="sheet" aria-hidden="true">
<symbol id="i-delivered" viewBox="0 0 16 16"><path d="M3 8.5l3.2 3.2L13 4.8"/></symbol>
<symbol id="i-waiting" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.5"/><path d="M8 4.8V8l2.3 1.6"/></symbol>
<symbol id="i-quarantined" viewBox="0 0 16 16"><rect x="3" y="3" width="10" height="10" rx="1.5"/><path d="M3 7h10"/></symbol>
<symbol id="i-held" viewBox="0 0 16 16"><path d="M5.5 3.5v9M10.5 3.5v9"/></symbol>
<symbol id="i-returned" viewBox="0 0 16 16"><path d="M6.5 4L3 7.5 6.5 11M3.5 7.5h6a3.5 3.5 0 0 1 0 6"/></symbol>
<symbol id="i-refused" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8"/></symbol>
<symbol id="i-sealed" viewBox="0 0 16 16"><rect x="3.5" y="7" width="9" height="6" rx="1"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/></symbol>
<symbol id="i-discarded" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.5"/><path d="M4.2 11.8l7.6-7.6"/></symbol>
<symbol id="i-unknown" viewBox="0 0 16 16"><path d="M5.6 5.8a2.4 2.4 0 1 1 3.4 2.4c-.7.4-1 .8-1 1.6M8 12.4v.4"/></symbol>
<symbol id="i-alarm" viewBox="0 0 16 16"><path d="M8 2.5l6 10.5H2zM8 6.5v3M8 11.2v.4"/></symbol>
</svg>`
