import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type ProbeKind, type ProbeMark, probeAddress, readProbeAddress } from '#ground/mail/probe-address.ts'
import { readOrMakeSecret } from '#ground/platform/secret-file.ts'
import type { Base } from './base.ts'

/** An address of a message of our own is good for so long. */
const lifeMs = 600_000
const mostSpent = 5000

/** Makes and reads addresses of messages of our own. */
export interface ProbeKey {
  make(kind: ProbeKind): ProbeMark & { readonly address: string }
  /** Null: it is none. */
  read(address: string): ProbeMark | null
  /** The same for the door: each is good once, so that nobody who saw one can use it. */
  readOnce(address: string): ProbeMark | null
}

export function createProbeKey({ config, folder }: Pick<Base, 'config' | 'folder'>): ProbeKey {
  const secret = readOrMakeSecret(join(folder, 'secrets', 'probe.key'))
  const host = config['site.host']
  const spent = new Set<string>()
  const read = (address: string) => readProbeAddress(address, secret, host, Date.now())
  return {
    read,
    make(kind) {
      const mark = { kind, token: randomBytes(10).toString('hex') }
      return { ...mark, address: probeAddress(mark, Date.now() + lifeMs, secret, host) }
    },
    readOnce(address) {
      const mark = read(address)
      if (mark === null || spent.has(mark.token)) return null
      const [oldest] = spent
      if (spent.size >= mostSpent && oldest !== undefined) spent.delete(oldest)
      spent.add(mark.token)
      return mark
    },
  }
}
