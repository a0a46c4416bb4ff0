import { existsSync } from 'node:fs'
import { testMail } from '../scripts/fetch-test-mail.ts'
import { readPublicCorpus, readWrittenMail, writeTemplateCorpus } from '../training/corpus.ts'
import { createRandom, shuffle } from '../training/logistic.ts'

/** One message of the mix, in the pieces between which what is its own each time is put. */
export interface MixedMail {
  readonly beforeLink: string
  readonly fromLink: string
}

/** Larger mail is left out: one of megabytes in a round of thousands would decide that round. */
const largest = 100_000

/** Why there is no mix here; null: there is. */
export function whyNoMailMix(): string | null {
  return existsSync(testMail.wholeFolder)
    ? null
    : 'the public corpus is not here: node scripts/fetch-test-mail.ts --all'
}

/**
 * Real mail (the public corpus, two thirds of it wanted), templates in four forms and whole messages of our own, some
 * 8,500, in an order that is always the same. Text is Latin-1: one letter a byte, lines end in CRLF, dots are doubled.
 */
export function readMailMix(): MixedMail[] {
  const samples = [
    ...readPublicCorpus(testMail.wholeFolder),
    ...writeTemplateCorpus(4),
    ...readWrittenMail(),
  ].filter(({ whole }) => whole.length <= largest)
  shuffle(samples, createRandom(11))
  return samples.map(({ whole }) => split(forSmtp(whole.toString('latin1'))))
}

function forSmtp(mail: string): string {
  const text = mail
    .replace(/^From .*\r?\n/, '')
    .replace(/^message-id:.*\r?\n(?:[ \t].*\r?\n)*/im, '')
    .replace(/\r\n|\r|\n/g, '\r\n')
    .replace(/^\./gm, '..')
  return text.endsWith('\r\n') ? text : `${text}\r\n`
}

/** Cuts a message before the host of its first link that begins with `www.`, which gets a number. */
function split(text: string): MixedMail {
  const at = text.indexOf('//www.', text.indexOf('\r\n\r\n'))
  if (at < 0) return { beforeLink: text, fromLink: '' }
  return { beforeLink: `${text.slice(0, at)}//w`, fromLink: text.slice(at + '//www'.length) }
}

/**
 * The message with this number: the mix again and again, each time with an id, a path and a host of a link that have
 * not been there before, so that nothing that remembers gains by the repetition.
 */
export function mailNumber(mix: readonly MixedMail[], number: number): string {
  const { beforeLink, fromLink } = mix[number % mix.length]!
  const path = `Received: from c${number}.example ([${clientNumber(number)}]) by relay.example with ESMTP id r${number}; Sat, 21 Nov 2026 10:00:00 +0000\r\n`
  const id = `Message-ID: <m${number}@c${number % 5000}.example>\r\n`
  return `${path}${id}${beforeLink}${fromLink === '' ? '' : number}${fromLink}`
}

/** Addresses that are for benchmarks (RFC 2544); there are 130,000 of them. */
export function clientNumber(number: number): string {
  return `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`
}

export const mixClients = '198.18.0.0/15'
