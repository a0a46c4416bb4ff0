import { type Html, html } from './html.ts'
import { icon } from './icon.ts'

interface Field {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'password'
  /** What browsers and password safes know the field by. */
  readonly autocomplete: string
  readonly value?: string
  readonly hint?: string
  /** Whether digits are wanted: phones then show them. */
  readonly digits?: boolean
}

/** One field of a form, with its label above it. */
export function fieldMark({
  name,
  label,
  type = 'text',
  autocomplete,
  value = '',
  hint,
  digits,
}: Field): Html {
  return html`<p class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" maxlength="256" required ${digits === true && html`inputmode="numeric"`} ${hint !== undefined && html`aria-describedby="${name}-hint"`}>
${hint !== undefined && html`<small id="${name}-hint">${hint}</small>`}</p>`
}

/** What went wrong, or what was done. */
export function noteMark(text: string | null, kind: 'bad' | 'good' = 'bad'): Html | false {
  if (text === null) return false
  return html`<p class="note ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}">${icon(kind === 'bad' ? 'alarm' : 'delivered')}<span>${text}</span></p>`
}
