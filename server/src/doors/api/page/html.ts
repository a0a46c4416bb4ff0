import { visibleText } from './visible-text.ts'

/** Markup that may go out as it is: made by `html` only. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

export type HtmlValue = Html | string | number | null | false | readonly HtmlValue[]

/**
 * Markup with values in it. Whatever is not markup made here is escaped: subjects and addresses are written by
 * whoever likes to, and there is no other way to get a value onto the page.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? inMarkup(values[index]) : '')).join(''),
  )
}

function inMarkup(value: HtmlValue | undefined): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'object') return value.map(inMarkup).join('')
  return escapeText(visibleText(String(value)))
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (found) => escapes[found] ?? found)
}
