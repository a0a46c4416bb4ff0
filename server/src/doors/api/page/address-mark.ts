import { type Html, html } from './html.ts'

/** An address that keeps its domain in sight when there is little room. */
export function addressMark(text: string): Html {
  if (text === '')
    return html`<span class="address nobody" title="the empty sender, of notices">&lt;&gt;</span>`
  const at = text.lastIndexOf('@')
  const [local, domain] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
  return html`<bdi class="address" title="${text}"><span>${local}</span><span>${domain}</span></bdi>`
}
