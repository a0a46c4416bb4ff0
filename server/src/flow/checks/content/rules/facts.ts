import { findField } from '#ground/mail/header.ts'
import type { Reading } from '../reading.ts'
import { domainOfAddress } from '../text/address-domain.ts'
import { isFreeMail, isSharedHost, isShortener } from '../text/known-hosts.ts'
import { siteOf } from '../text/link.ts'
import { countUnseenWithinWords } from '../text/plain-letters.ts'
import { isShouted } from '../text/shouting.ts'

const readLength = 48 << 10
const phone = /(?:\+|\b)\d[\d ().\-/]{7,18}\d\b/
const bitcoin = /\b(?:bc1[a-z0-9]{20,70}|[13][a-km-zA-HJ-NP-Z1-9]{25,34})\b/
const sum = /[$€£]\s?\d|\d\s?(?:[$€£]|usd|eur|euro|gbp)/i

/**
 * What holds of a message, in the words of rules.json: a subject matter with how many of its phrases at least were
 * found (`urgency`, `urgency 2`), and how the message is built.
 */
export function factsOf(reading: Reading): Set<string> {
  const facts = new Set<string>([
    ...phraseFacts(reading),
    ...linkFacts(reading),
    ...textFacts(reading),
    ...htmlFacts(reading),
  ])
  if (isFreeMail(reading.from)) facts.add('free mail')
  if (facts.has('link') || facts.has('file') || facts.has('image')) facts.add('way to answer')
  if (findField(reading.header, 'list-unsubscribe')) facts.add('bulk')
  return facts
}

function* phraseFacts({ phrases }: Reading) {
  for (const [subject, hits] of phrases) {
    yield subject
    for (let count = 2; count <= Math.min(hits.length, 12); count++) yield `${subject} ${count}`
  }
}

function* linkFacts({ links, from }: Reading) {
  const sites = new Set(links.map((each) => siteOf(each.host)))
  yield links.length > 0 ? 'link' : 'no link'
  if (sites.size === 1) yield 'one site'
  if (sites.size > 0 && !sites.has(domainOfAddress(from))) yield 'link away'
  for (const { host, shownHost } of links) {
    if (shownHost !== null) yield 'shown elsewhere'
    if (isSharedHost(host)) yield 'shared host'
    if (isShortener(host)) yield 'short link'
  }
}

function* textFacts({ words, text, subject, mixedWords }: Reading) {
  const read = text.slice(0, readLength)
  if (words.length < 700) yield 'no long text'
  if (words.length < 150) yield 'few words'
  if (words.length < 20) yield 'very few words'
  if (phone.test(read)) yield 'phone'
  if (bitcoin.test(read)) yield 'bitcoin'
  if (sum.test(read) || sum.test(subject)) yield 'sum'
  if (/^[>|]/m.test(read)) yield 'quotes'
  if (mixedWords >= 3) yield 'mixed words 3'
  if (countUnseenWithinWords(read) > 2) yield 'unseen letters'
  if (isShouted(subject, 8)) yield 'shouting'
}

function* htmlFacts({ html, content, text }: Reading) {
  if (content.files.length > 0) yield 'file'
  if (content.files.some(({ part }) => part.type.startsWith('image/'))) yield 'image'
  for (const view of html) {
    if (view.images.some((each) => each.href === null)) yield 'image'
    if (view.images.some((each) => each.href !== null && (each.width ?? 100) > 40)) yield 'linked image'
    if (view.hidden.replace(/[^\p{L}]+/gu, '').length > Math.max(600, text.length)) yield 'hidden text'
  }
}
