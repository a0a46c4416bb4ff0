import { newId } from '#ground/platform/ids.ts'
import { hashSecret, newSecret } from '#services/access/secret.ts'
import { callTo } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type SyncOrder, syncRecorded } from '../sync-order.ts'
import type { SyncSource } from '../sync-store.ts'
import type { ScimStore, ScimToken } from './scim-store.ts'

const inScim = callTo<ScimStore>('scim')

/** The one in use and the one that takes its place: so a token is renewed without a gap. */
const mostTokens = 2
const hourMs = 3_600_000

/** Makes a token for a source. Answers it once, as `scim_ID_SECRET`; only its hash is kept. @throws OrderError */
export async function makeScimToken(
  order: SyncOrder,
  source: SyncSource,
): Promise<{ id: string; token: string }> {
  if (source.kind !== 'scim')
    throw new OrderError('wrong', `a source of kind ${source.kind} is asked, and pushes nothing`)
  const [id, secret] = [newId(order.at), newSecret()]
  const add = inScim.addToken(
    { id, source: source.id, hash: hashSecret(secret), createdAt: order.at, createdBy: order.who },
    mostTokens,
  )
  if (!(await syncRecorded(order, add, 'sync-token-made', source, { token: id })))
    throw new OrderError(
      'conflict',
      `${source.name} has ${mostTokens} tokens already; revoke the old one first`,
    )
  return { id, token: `scim_${id}_${secret}` }
}

/** @throws OrderError not-found */
export async function revokeScimToken(order: SyncOrder, source: SyncSource, id: string): Promise<void> {
  const remove = inScim.removeToken(source.id, id)
  if (!(await syncRecorded(order, remove, 'sync-token-revoked', source, { token: id })))
    throw new OrderError('not-found', `${source.name} has no token ${id}`)
}

/** The token that a directory shows; null: there is none such. */
export async function findScimToken(
  store: Pick<ScimStore, 'touchToken'>,
  readStore: Pick<ScimStore, 'token'>,
  shown: string,
  now: number,
): Promise<ScimToken | null> {
  const [, id, secret = ''] = /^scim_([0-9a-z]{16})_([\w-]{43})$/.exec(shown) ?? []
  const token = id === undefined ? null : await readStore.token(id)
  if (!token || token.hash !== hashSecret(secret)) return null
  if (token.usedAt === null || now - token.usedAt > hourMs) await store.touchToken(token.id, now)
  return token
}
