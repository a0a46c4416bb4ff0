import { type Html, html } from './html.ts'

/** A text that people take elsewhere; the script shows its button. */
export function copyMark(text: string): Html {
  return html`<span class="copyable"><bdi class="code">${text}</bdi><button type="button" data-copy="${text}" hidden>copy</button></span>`
}
