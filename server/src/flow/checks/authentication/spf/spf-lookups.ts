import type { DnsAnswer, RecordData, RecordType, Resolver } from '#ground/platform/dns/resolver.ts'
import { type ClientAddress, readIp4, readIp6 } from './client-address.ts'
import { reverseName } from './spf-macro.ts'

/** Terms of one evaluation that may ask DNS (RFC 7208, 4.6.4). */
const maxTerms = 10
/** Look-ups that find nothing (RFC 7208, 4.6.4). */
const maxVoid = 2
/** Exchanges of one mx and names of one ptr that are looked at (RFC 7208, 4.6.4). */
const maxNames = 10

/** Ends an evaluation: temperror where DNS failed, permerror where the record is at fault. */
export class SpfProblem extends Error {
  readonly code: 'temperror' | 'permerror'
  constructor(code: 'temperror' | 'permerror', text: string) {
    super(text)
    this.name = 'SpfProblem'
    this.code = code
  }
}

/** The DNS side of one evaluation: asks, counts, and stops at the limits of RFC 7208, 4.6.4. */
export class SpfLookups {
  readonly #resolver: Resolver
  readonly #signal: AbortSignal
  readonly #until: number
  #terms = 0
  #voids = 0
  /** Whether any answer was past its time. */
  stale = false

  /** @param timeMs time in which look-ups may begin */
  constructor(resolver: Resolver, signal: AbortSignal, timeMs: number) {
    this.#resolver = resolver
    this.#signal = signal
    this.#until = performance.now() + timeMs
  }

  get terms(): number {
    return this.#terms
  }

  get voids(): number {
    return this.#voids
  }

  /** Counts a term that asks DNS. */
  countTerm(): void {
    if (++this.#terms > maxTerms) throw new SpfProblem('permerror', `more than ${maxTerms} terms ask DNS`)
  }

  /** TXT records of a name with their segments joined; null where the name does not exist or has none. */
  async texts(name: string): Promise<string[] | null> {
    const answer = await this.#ask(name, 'TXT')
    return answer.status === 'found' ? answer.records.map((segments) => segments.join('')) : null
  }

  /** Whether a name has an IPv4 address, which is all that `exists` asks, for IPv6 clients too (RFC 7208, 5.7). */
  async exists(name: string): Promise<boolean> {
    return (await this.#counted(name, 'A')).length > 0
  }

  /** Addresses of a name, of the client's kind only (RFC 7208, 5). */
  async addresses(name: string, client: ClientAddress): Promise<Uint8Array[]> {
    if (client.version === 4) return (await this.#counted(name, 'A')).map(readIp4)
    return (await this.#counted(name, 'AAAA')).map(readIp6)
  }

  /** Mail exchangers of a name, best first; more than ten are an error of the record. */
  async exchanges(name: string): Promise<string[]> {
    const records = [...(await this.#counted(name, 'MX'))]
    if (records.length > maxNames)
      throw new SpfProblem('permerror', `${name} has more than ${maxNames} exchanges`)
    return records.sort((one, other) => one.preference - other.preference).map((each) => each.exchange)
  }

  /**
   * Names of the client that its address confirms (RFC 7208, 5.5). Failures on the way mean "no such
   * name" here and not temperror: pointers belong to the client, not to the sender.
   */
  async confirmedNames(client: ClientAddress): Promise<string[]> {
    const pointers = await this.#ask(reverseName(client), 'PTR').catch(() => null)
    if (pointers?.status !== 'found') return []
    const confirmed: string[] = []
    for (const pointer of pointers.records.slice(0, maxNames)) {
      const name = pointer.toLowerCase().replace(/\.$/, '')
      const answer = await this.#ask(name, client.version === 4 ? 'A' : 'AAAA').catch(() => null)
      if (answer?.status !== 'found') continue
      const own = answer.records.map((text) => (client.version === 4 ? readIp4(text) : readIp6(text)))
      if (own.some((bytes) => Buffer.compare(bytes, client.bytes) === 0)) confirmed.push(name)
    }
    return confirmed
  }

  async #counted<T extends RecordType>(name: string, type: T): Promise<RecordData[T][]> {
    const answer = await this.#ask(name, type)
    if (answer.status === 'found') return answer.records
    if (++this.#voids > maxVoid)
      throw new SpfProblem('permerror', `more than ${maxVoid} look-ups found nothing`)
    return []
  }

  async #ask<T extends RecordType>(name: string, type: T): Promise<Said<T>> {
    if (this.#signal.aborted || performance.now() > this.#until)
      throw new SpfProblem('temperror', 'the time for the check is over')
    const answer = await this.#resolver.lookup(name, type)
    if ('reason' in answer) throw new SpfProblem('temperror', `${type} of ${name}: ${answer.reason}`)
    if (answer.stale) this.stale = true
    return answer
  }
}

/** An answer that says something. */
type Said<T extends RecordType> = Exclude<DnsAnswer<T>, { readonly reason: string }>
