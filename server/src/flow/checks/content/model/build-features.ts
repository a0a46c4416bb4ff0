import { fieldValue, findField } from '#ground/mail/header.ts'
import type { Reading } from '../reading.ts'
import { domainOfAddress } from '../text/address-domain.ts'
import { isFreeMail, isSharedHost, isShortener } from '../text/known-hosts.ts'
import { siteOf } from '../text/link.ts'
import { countUnseenWithinWords } from '../text/plain-letters.ts'
import { isShouted } from '../text/shouting.ts'

/**
 * How a message is built and what it speaks of, as names. Whether it is HTML, how many pictures and links it has, and
 * how long it is, tells its year and not its kind, so that is not among them.
 */
export function buildOf(reading: Reading): string[] {
  return [...shapeOf(reading), ...linksOf(reading), ...subjectOf(reading), ...matterOf(reading)]
}

function shapeOf({ content, html, words, text, mixedWords }: Reading): string[] {
  const found: string[] = []
  if (mixedWords > 0) found.push(`mixed ${bucket(mixedWords)}`)
  if (countUnseenWithinWords(text.slice(0, 48 << 10)) > 2) found.push('unseen in words')
  for (const view of html) {
    if (view.forms.length > 0) found.push('form')
    if (view.scripts !== '') found.push('script')
  }
  for (const { name } of content.files) {
    const kind = kindOfFile(name)
    if (kind !== null) found.push(`file ${kind}`)
  }
  const quoted = text.slice(0, 48 << 10).split(/\n[>|] ?/).length - 1
  if (quoted > 0) found.push(`quoted ${bucket(quoted)}`)
  const marks = text.slice(0, 48 << 10).split('!').length - 1
  if (marks > 0) found.push(`marks ${bucket(Math.ceil((marks * 400) / (words.length + 50)))}`)
  return [...new Set(found)]
}

/** By its ending; null without one. */
function kindOfFile(name: string): string | null {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase()
  return ending === undefined ? null : (fileKinds[ending] ?? 'other')
}

const fileKinds: Readonly<Record<string, string>> = {
  htm: 'page',
  html: 'page',
  shtml: 'page',
  xhtml: 'page',
  svg: 'page',
  mht: 'page',
  pdf: 'pdf',
  ics: 'calendar',
  zip: 'archive',
  rar: 'archive',
  '7z': 'archive',
  gz: 'archive',
  iso: 'disk',
  img: 'disk',
  doc: 'office',
  docx: 'office',
  xls: 'office',
  xlsx: 'office',
  ppt: 'office',
  pptx: 'office',
  docm: 'macro',
  xlsm: 'macro',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  txt: 'text',
  patch: 'text',
  diff: 'text',
  csv: 'text',
  asc: 'text',
  exe: 'program',
  js: 'program',
  vbs: 'program',
  scr: 'program',
  bat: 'program',
  cmd: 'program',
  pif: 'program',
  lnk: 'program',
}

function linksOf({ links, from }: Reading): string[] {
  const sites = new Set(links.map((each) => siteOf(each.host)))
  const found = [links.length > 0 ? 'links' : 'no links']
  if (sites.size > 0)
    found.push(sites.has(domainOfAddress(from)) ? 'link to own site' : 'no link to own site')
  for (const { host, shownHost, isAddress } of links) {
    if (isSharedHost(host)) found.push('link to shared host')
    if (isShortener(host)) found.push('short link')
    if (isAddress) found.push('link to address')
    if (shownHost !== null) found.push('shown elsewhere')
    if (host.startsWith('xn--') || host.includes('.xn--')) found.push('encoded name')
    if (/-.*-/.test(host)) found.push('hyphens')
  }
  return [...new Set(found)]
}

function subjectOf({ subject, header }: Reading): string[] {
  const found: string[] = []
  if (isShouted(subject, 5)) found.push('shouting')
  if (subject.trim() === '') found.push('no subject')
  if (subject.includes('!')) found.push('subject !')
  if (/\S {5,}\S{2,12}$/.test(subject.slice(0, 300))) found.push('subject tail')
  const replyTo = findField(header, 'reply-to')
  if (replyTo && domainOfAddress(fieldValue(replyTo)) !== domainOfAddress(fieldOf(header, 'from')))
    found.push('answers elsewhere')
  return found
}

function fieldOf(header: Reading['header'], name: string): string {
  const field = findField(header, name)
  return field ? fieldValue(field) : ''
}

/** What the message speaks of, how much, and which of it comes together, also with how it is built. */
function matterOf(reading: Reading): string[] {
  const { phrases } = reading
  const found = [...phrases].flatMap(([subject, hits]) => [
    `of ${subject}`,
    ...(hits.length > 1 ? [`more of ${subject}`] : []),
    ...(hits.length > 3 ? [`much of ${subject}`] : []),
  ])
  const subjects = [...[...phrases.keys()].sort(), ...circumstances(reading)]
  subjects.forEach((first, i) => {
    for (const second of subjects.slice(i + 1)) found.push(`of ${first} with ${second}`)
  })
  return found
}

/** What says nothing by itself: a short answer above a quoted letter is odd only with a foreign link or an archive. */
function circumstances({ links, from, text, words, content }: Reading): string[] {
  const found: string[] = []
  const own = domainOfAddress(from)
  if (links.length > 0) found.push('link')
  if (links.some(({ host }) => siteOf(host) !== own)) found.push('link away')
  if (isFreeMail(from)) found.push('free mail')
  if (/\n[>|]/.test(text.slice(0, 48 << 10))) found.push('quotes')
  if (words.length < 40) found.push('few words')
  for (const kind of new Set(content.files.map(({ name }) => kindOfFile(name))))
    if (kind === 'archive' || kind === 'page' || kind === 'pdf' || kind === 'calendar') found.push(kind)
  return found
}

/** 0, 1, 2-3, 4-7, 8-15, … as 0, 1, 2, 3, 4, … */
function bucket(count: number): number {
  return count <= 0 ? 0 : Math.min(12, Math.floor(Math.log2(count)) + 1)
}
