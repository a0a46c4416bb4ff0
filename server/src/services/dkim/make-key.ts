import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { mostKeys } from '#ground/platform/most-kept.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type DkimOrder, describeKey, domainInReach } from './dkim-order.ts'
import { type DkimAlgorithm, type DkimKey, inDkim } from './dkim-store.ts'

const generate = promisify(generateKeyPair)

/**
 * Makes a key for a domain. It signs nothing before its record was found in DNS (check-keys.ts).
 * @throws OrderError
 */
export async function makeKey(order: DkimOrder, name: string, algorithm: DkimAlgorithm): Promise<DkimKey> {
  const domain = await domainInReach(order, name)
  const known = await order.dkim.keys(domain.name)
  if (known.length >= mostKeys)
    throw new OrderError('conflict', `${domain.name} has ${mostKeys} keys already; remove one first`)
  if (known.some((each) => each.algorithm === algorithm && each.state === 'waiting'))
    throw new OrderError('conflict', `${domain.name} has a key for ${algorithm} that waits for its record`)
  const pair =
    algorithm === 'rsa' ? await generate('rsa', { modulusLength: 2048 }) : await generate('ed25519')
  const key: DkimKey = {
    domain: domain.name,
    selector: freeSelector(known, algorithm, order.at),
    algorithm,
    privateKey: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: publicPart(pair.publicKey, algorithm),
    ...{ state: 'waiting', madeAt: order.at, madeBy: order.who },
    ...{ activeAt: null, retiredAt: null, checkedAt: null },
  }
  await changeRecorded(order, inDkim.putKey(key), {
    ...{ what: 'dkim-key-made', tenant: domain.tenant, detail: { before: null, after: describeKey(key) } },
  })
  return key
}

/** RSA keys stand in DNS with their frame (RFC 6376, 3.6.1), Ed25519 keys without (RFC 8463, 4). */
function publicPart(key: KeyObject, algorithm: DkimAlgorithm): string {
  const spki = key.export({ type: 'spki', format: 'der' })
  return (algorithm === 'rsa' ? spki : spki.subarray(-32)).toString('base64')
}

/** The day, so that people see how old a key is, and a number where there is one of that day. */
function freeSelector(known: readonly DkimKey[], algorithm: DkimAlgorithm, at: number): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '')
  const base = `mk${day}${algorithm === 'rsa' ? 'r' : 'e'}`
  for (let n = 1; ; n++) {
    const selector = n === 1 ? base : `${base}${n}`
    if (!known.some((each) => each.selector === selector)) return selector
  }
}
