import { domainToASCII } from 'node:url'
import { normalizeDomainName } from '#ground/platform/dns/domain-name.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { readClientAddress, sameNetwork } from './client-address.ts'
import { SpfLookups, SpfProblem } from './spf-lookups.ts'
import { expandDomain, expandText, isExplainString, type MacroValues } from './spf-macro.ts'
import { isSpfRecord, type Mechanism, parseSpfRecord, type SpfRecord } from './spf-record.ts'

/** Result words of RFC 7208, 2.6. */
export type SpfWord = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror'

export interface SpfResult {
  readonly result: SpfWord
  /** What the domain says about a fail (exp=); null where it says nothing usable. */
  readonly explanation: string | null
  /** The domain that was checked, as an A-label; empty where there is none. */
  readonly domain: string
  /** Whose domain that is: the envelope sender's, or for bounces the HELO name's (RFC 7208, 2.4). */
  readonly identity: 'mailfrom' | 'helo'
  /** The mechanism that matched, as written; null where none did. */
  readonly mechanism: string | null
  /** Why it is an error; null where it is none. */
  readonly reason: string | null
  /** Whether an answer past its time took part. */
  readonly stale: boolean
}

export interface SpfQuestion {
  readonly ip: string
  readonly helo: string
  /** Envelope sender without angle brackets; empty for bounces. */
  readonly mailFrom: string
  readonly receiver: string
  readonly nowSeconds: number
  /** Time in which look-ups may begin. */
  readonly timeMs: number
}

/** What a record costs those who evaluate it. */
export interface SpfSurvey extends SpfResult {
  /** Terms that asked DNS, of ten that are allowed. */
  readonly terms: number
  /** Look-ups that found nothing, of two. */
  readonly voids: number
}

/** Evaluates SPF (check_host of RFC 7208, 4) within its limits of look-ups. Never throws for what a sender does. */
export async function evaluateSpf(
  question: SpfQuestion,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<SpfResult> {
  return checkSpf(question, new SpfLookups(resolver, signal, question.timeMs))
}

/** The same with what it has cost. For an address that no term lets send, that is all that it can cost. */
export async function surveySpf(
  question: SpfQuestion,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<SpfSurvey> {
  const lookups = new SpfLookups(resolver, signal, question.timeMs)
  const found = await checkSpf(question, lookups)
  return { ...found, terms: lookups.terms, voids: lookups.voids }
}

async function checkSpf(question: SpfQuestion, lookups: SpfLookups): Promise<SpfResult> {
  const { localPart, domain, identity } = senderOf(question)
  const base = { explanation: null, domain, identity, mechanism: null, reason: null, stale: false }
  const client = readClientAddress(question.ip)
  if (client === null) return { ...base, result: 'none', reason: 'the address of the client is not known' }
  // A name with one label or none is nobody's domain (RFC 7208, 4.3).
  if (normalizeDomainName(domain) === null || !domain.replace(/\.$/, '').includes('.'))
    return { ...base, result: 'none' }
  const { helo, receiver, nowSeconds } = question
  const values = { localPart, senderDomain: domain, domain, helo, client, receiver, nowSeconds }
  const evaluation = new Evaluation(values, lookups)
  try {
    const outcome = await evaluation.checkHost(domain)
    const { result, mechanism } = outcome
    const explanation = result === 'fail' ? await evaluation.explain(outcome) : null
    return { ...base, result, mechanism, explanation, stale: lookups.stale }
  } catch (cause) {
    if (!(cause instanceof SpfProblem)) throw cause
    return { ...base, result: cause.code, reason: cause.message, stale: lookups.stale }
  }
}

/** The identity to check; a missing local part is "postmaster" (RFC 7208, 4.3). */
function senderOf(question: SpfQuestion): {
  localPart: string
  domain: string
  identity: 'mailfrom' | 'helo'
} {
  const at = question.mailFrom.lastIndexOf('@')
  const helo = asciiDomain(question.helo)
  if (question.mailFrom === '') return { localPart: 'postmaster', domain: helo, identity: 'helo' }
  const localPart = at > 0 ? question.mailFrom.slice(0, at) : 'postmaster'
  return { localPart, domain: asciiDomain(question.mailFrom.slice(at + 1)), identity: 'mailfrom' }
}

/** U-labels become A-labels before anything is looked up (RFC 8616, 4). */
function asciiDomain(domain: string): string {
  return /[^\x00-\x7f]/.test(domain) ? domainToASCII(domain) : domain
}

interface Outcome {
  readonly result: SpfWord
  readonly mechanism: string | null
  /** The record and domain that decided, for the explanation. */
  readonly record: SpfRecord | null
  readonly domain: string
}

class Evaluation {
  readonly #values: MacroValues
  readonly #lookups: SpfLookups
  #confirmed: Promise<string[]> | null = null

  constructor(values: MacroValues, lookups: SpfLookups) {
    this.#values = values
    this.#lookups = lookups
  }

  async checkHost(domain: string): Promise<Outcome> {
    const record = await this.#record(domain)
    if (record === null) return { result: 'none', mechanism: null, record: null, domain }
    for (const mechanism of record.mechanisms) {
      if (await this.#matches(mechanism, domain)) {
        return { result: mechanism.qualifier, mechanism: mechanism.text, record, domain }
      }
    }
    if (record.redirect === null) return { result: 'neutral', mechanism: null, record, domain }
    this.#lookups.countTerm()
    const target = await this.#expand(record.redirect, domain)
    const outcome = await this.checkHost(target)
    if (outcome.result === 'none')
      throw new SpfProblem('permerror', `redirect to ${target}, which has no SPF record`)
    return outcome
  }

  /** The explanation of a fail; anything wrong with it means that there is none (RFC 7208, 6.2). */
  async explain(outcome: Outcome): Promise<string | null> {
    const spec = outcome.record?.exp
    if (!spec) return null
    try {
      const texts = await this.#lookups.texts(await this.#expand(spec, outcome.domain))
      const text = texts?.[0]
      if (text === undefined || texts?.length !== 1 || !isExplainString(text)) return null
      const values = { ...this.#values, domain: outcome.domain }
      return await expandText(text, values, (domain) => this.#bestName(domain))
    } catch (cause) {
      if (cause instanceof SpfProblem) return null
      throw cause
    }
  }

  /** The one SPF record of a domain; null: none. Several or a broken one are permerror (RFC 7208, 4.5, 4.6). */
  async #record(domain: string): Promise<SpfRecord | null> {
    const texts = (await this.#lookups.texts(domain))?.filter(isSpfRecord) ?? []
    if (texts.length === 0) return null
    if (texts.length > 1) throw new SpfProblem('permerror', `${domain} has ${texts.length} SPF records`)
    const record = parseSpfRecord(texts[0] ?? '')
    if (typeof record === 'string') throw new SpfProblem('permerror', `SPF record of ${domain}: ${record}`)
    return record
  }

  async #matches(mechanism: Mechanism, domain: string): Promise<boolean> {
    const { client } = this.#values
    const { name, network, bits4, bits6 } = mechanism
    if (name === 'all') return true
    if (network !== null) return sameNetwork(client.bytes, network, name === 'ip4' ? bits4 : bits6)
    this.#lookups.countTerm()
    const target = mechanism.domain === null ? domain : await this.#expand(mechanism.domain, domain)
    if (name === 'include') return await this.#includes(target)
    if (name === 'exists') return await this.#lookups.exists(target)
    if (name === 'ptr') return (await this.#confirmedNames()).some((each) => isWithin(each, target))
    const hosts = name === 'mx' ? await this.#lookups.exchanges(target) : [target]
    const bits = client.version === 4 ? bits4 : bits6
    for (const host of hosts) {
      const addresses = await this.#lookups.addresses(host, client)
      if (addresses.some((each) => sameNetwork(client.bytes, each, bits))) return true
    }
    return false
  }

  /** The table of RFC 7208, 5.2. */
  async #includes(target: string): Promise<boolean> {
    const { result } = await this.checkHost(target)
    if (result === 'none') throw new SpfProblem('permerror', `include of ${target}, which has no SPF record`)
    return result === 'pass'
  }

  #expand(spec: string, domain: string): Promise<string> {
    return expandDomain(spec, { ...this.#values, domain }, (current) => this.#bestName(current))
  }

  #confirmedNames(): Promise<string[]> {
    this.#confirmed ??= this.#lookups.confirmedNames(this.#values.client)
    return this.#confirmed
  }

  /** The value of %{p}: the domain itself, else a name below it, else any name, else "unknown" (RFC 7208, 7.3). */
  async #bestName(domain: string): Promise<string> {
    const names = await this.#confirmedNames()
    return (
      names.find((each) => each === domain.toLowerCase()) ??
      names.find((each) => isWithin(each, domain)) ??
      names[0] ??
      'unknown'
    )
  }
}

function isWithin(name: string, domain: string): boolean {
  const parent = domain.toLowerCase().replace(/\.$/, '')
  return name === parent || name.endsWith(`.${parent}`)
}
