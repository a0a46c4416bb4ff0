import { decodeCharset } from '#ground/mail/charset.ts'
import { viewHtml } from '#ground/mail/html-view.ts'
import { type FileLink, type FileSign, type Insight, linkLimits } from './file-sign.ts'

/** What is read of an HTML file, in bytes. */
export const pageLimit = 2 << 20

/** Ways in which scripts build files or pages out of text that they carry. */
const smuggling =
  /\batob\s?\(|\bunescape\s?\(|fromCharCode|createObjectURL|msSaveOrOpenBlob|msSaveBlob|new\s{1,9}Blob\b|\beval\s?\(|document\s?\.\s?write|decodeURIComponent\s?\(|charCodeAt|\.innerHTML\s?=/g
const goesAway = /\blocation\s?(?:\.\s?(?:href|replace|assign)\b|=)/

/** Looks into an HTML or SVG file as a browser would open it from an attachment: with its scripts. */
export function lookIntoHtml(bytes: Buffer): Insight {
  const text = decode(bytes.subarray(0, pageLimit))
  const view = viewHtml(text)
  const { scripts, forms } = view
  const hasScript = scripts.trim() !== '' || view.handlers > 0 || /<script\b/i.test(text)
  const signs = new Set<FileSign>()
  if (hasScript) signs.add('html-script')
  if (hasScript && isSmuggling(scripts, text)) signs.add('html-smuggling')
  if (forms.length > 0) signs.add('html-form')
  // Also in what a script writes, and in fields outside of forms.
  if (/\btype\s?=\s?\\?["']?password\b/i.test(text)) signs.add('html-password')
  const urls = [
    ...view.links.map((each) => each.href),
    ...forms.map((each) => each.action),
    ...(view.refresh ? [view.refresh] : []),
    ...addressesIn(scripts),
  ]
  return { signs: [...signs], links: toLinks(urls), files: [] }
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeCharset(bytes, 'utf-16be')
  return decodeCharset(bytes, 'utf-8')
}

/** Two ways at least, or one and a long text without blanks: one alone stands in many honest pages. */
function isSmuggling(scripts: string, text: string): boolean {
  const ways = new Set((scripts.slice(0, 1 << 20).match(smuggling) ?? []).map((each) => each.slice(0, 8)))
  if (goesAway.test(scripts) && ways.size > 0) return true
  return ways.size > 1 || (ways.size === 1 && hasLongRun(text))
}

/** Whether a long piece of the text is of letters, as packed data is. A pattern would start anew at each of them. */
function hasLongRun(text: string): boolean {
  for (const match of text.matchAll(/[A-Za-z0-9+/=%]+/g)) if (match[0].length >= 1500) return true
  return false
}

function addressesIn(scripts: string): string[] {
  const found: string[] = []
  for (const [url] of scripts.matchAll(/https?:\/\/[^\s"'`<>\\]{3,2000}/g)) {
    if (found.length >= 200) break
    found.push(url)
  }
  return found
}

function toLinks(urls: readonly string[]): FileLink[] {
  const known = new Set(urls.filter((each) => /^\s*(?:[a-z][a-z0-9+.-]{1,12}:|\/\/|www\.)/i.test(each)))
  return [...known]
    .slice(0, linkLimits.links)
    .map((url) => ({ url: url.trim().slice(0, linkLimits.length), from: 'html' }))
}
