import { safeStyle } from './safe-style.ts'

const colour = /^#?[a-z0-9]{1,24}$/i
const length = /^\d{1,4}%?$/
const word = /^[a-z]{1,20}$/i

/** Attributes that may stay, with what their values may be. None names an address, a script or another element. */
const allowed: Readonly<Record<string, RegExp>> = {
  align: word,
  valign: word,
  bgcolor: colour,
  color: colour,
  width: length,
  height: length,
  border: length,
  cellpadding: length,
  cellspacing: length,
  colspan: /^\d{1,3}$/,
  rowspan: /^\d{1,3}$/,
  span: /^\d{1,3}$/,
  start: /^\d{1,6}$/,
  size: /^[+-]?\d{1,2}$/,
  face: /^[a-z0-9 ,'-]{1,100}$/i,
  dir: /^(?:ltr|rtl|auto)$/i,
  lang: /^[a-z0-9-]{1,20}$/i,
  type: /^[1aAiI]$/,
  nowrap: /^(?:nowrap)?$/i,
  title: /^.{0,300}$/s,
}
/** Those that are read elsewhere, and those whose loss nobody needs to hear of. */
const handled = new Set(['href', 'src', 'alt', 'style'])
const silent = new Set([
  'class',
  'id',
  'name',
  'target',
  'rel',
  'role',
  'summary',
  'xmlns',
  'content',
  'charset',
])

/** Attributes as they are written, each with a blank before it. `note` hears the name of each that fell. */
export function writeAttributes(given: ReadonlyMap<string, string>, note: (name: string) => void): string {
  let written = ''
  for (const [name, value] of given) {
    if (handled.has(name)) continue
    if (Object.hasOwn(allowed, name) && allowed[name]?.test(value))
      written += ` ${name}="${escapeHtml(value)}"`
    else if (!silent.has(name) && !/^(?:data|aria)-/.test(name)) note(name)
  }
  const style = safeStyle(given.get('style') ?? '')
  for (const each of style.removed) note(`style ${each}`)
  return style.css === '' ? written : `${written} style="${escapeHtml(style.css)}"`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Text as HTML, between tags or within quotation marks. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (each) => escapes[each] ?? '').replaceAll('\0', '\ufffd')
}
