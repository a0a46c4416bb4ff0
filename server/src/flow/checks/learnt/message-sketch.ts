import type { Finding, InspectedMessage } from '#flow/inspection/check.ts'
import { type HashKey, keyedHash, pairHash } from '#ground/learning/keyed-hash.ts'
import { makeSketch, type Sketch } from '#ground/learning/sketch.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { fieldValue, findField } from '#ground/mail/header.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { type Reading, readMessage } from '../content/reading.ts'
import { siteOf } from '../content/text/link.ts'

const mostSites = 12
const longestWord = 24

/**
 * What can be learnt from a message: its words and pairs of words, the sites that it links to, and, only where DMARC
 * proves him, its author's domain and list; what a stranger can write into a field teaches nothing.
 */
export async function sketchOf(
  message: InspectedMessage,
  found: readonly Finding[],
  key: HashKey,
): Promise<Sketch> {
  const reading = await readMessage(message)
  const isProven = found.some(({ code }) => code === 'dmarc-pass')
  const names = [...sitesOf(reading), ...(isProven ? provenNames(message) : [])]
  return makeSketch(
    wordHashes(reading, key),
    names.map((name) => keyedHash(key, name)),
  )
}

/** Of words and pairs of words, those of the subject apart. */
function wordHashes({ subjectWords, words }: Reading, key: HashKey): Uint32Array {
  const hashes = new Uint32Array(2 * (subjectWords.length + words.length))
  let count = 0
  const add = (kind: string, list: readonly string[]) => {
    let before = 0
    for (const word of list) {
      const hash = word.length > longestWord ? 0 : keyedHash(key, kind, word)
      if (hash !== 0) hashes[count++] = hash
      if (hash !== 0 && before !== 0) hashes[count++] = pairHash(key, before, hash)
      before = hash
    }
  }
  add('s', subjectWords)
  add('w', words)
  return hashes.subarray(0, count)
}

function sitesOf({ links }: Reading): string[] {
  return [...new Set(links.map(({ host }) => `site ${siteOf(host)}`))].sort().slice(0, mostSites)
}

function provenNames({ header }: InspectedMessage): string[] {
  const [from, list] = ['from', 'list-id'].map((name) => {
    const field = findField(header, name)
    return field ? fieldValue(field).slice(0, 2000) : ''
  })
  const author = parseAddressList(from ?? '', 1)[0]?.address?.toLowerCase() ?? ''
  const host = author.slice(author.lastIndexOf('@') + 1)
  return [
    `author ${author}`,
    `domain ${registrableDomain(host)?.domain ?? host}`,
    ...(list ? [`list ${list.trim().toLowerCase()}`] : []),
  ]
}
