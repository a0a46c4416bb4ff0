import { formatMoment } from './format.ts'
import { type Html, html } from './html.ts'

/** A moment. The script shows it relative to now, or exactly in the reader's own time. */
export function timeMark(iso: string, look: 'relative' | 'due' | 'exact' | 'clock' = 'relative'): Html {
  return html`<time datetime="${iso}" data-look="${look}">${formatMoment(iso)}</time>`
}
