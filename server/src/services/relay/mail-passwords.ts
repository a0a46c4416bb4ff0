import { mostPasswords } from '#ground/platform/most-kept.ts'
import { newPassword, recordPassword } from '#ground/platform/password-record.ts'
import { domainsOf } from '#services/directory/directory-order.ts'
import { addressKey } from '#services/directory/read-user.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { RelayOrder } from './relay-order.ts'
import { inRelays, type MailPassword } from './relay-store.ts'

const longestName = 100

/** Somebody in reach who may have passwords: a person, not an alias. */
export interface Submitter {
  readonly login: string
  readonly tenant: string
}

/** @throws OrderError not-found */
export async function submitterInReach(order: RelayOrder, address: string): Promise<Submitter> {
  const key = addressKey(address)
  const user = await order.directory.user(key)
  const domain = (await domainsOf(order)).find((each) => each.name === user?.domain)
  if (!user || !domain) throw new OrderError('not-found', `there is no user ${address}`)
  if (user.kind === 'alias')
    throw new OrderError('wrong', `${key} is an alias of ${user.owner}, who has the passwords`)
  return { login: key, tenant: domain.tenant }
}

/** Makes a password for a mail program. Answers it once: only what proves it is kept. @throws OrderError */
export async function makePassword(
  order: RelayOrder,
  { login, tenant, name }: Submitter & { readonly name: string },
): Promise<{ readonly password: MailPassword; readonly shown: string }> {
  const known = await order.relays.passwords(login)
  if (known.length >= mostPasswords)
    throw new OrderError('wrong', `${login} has ${mostPasswords} passwords already; remove one first`)
  const label = name.trim().slice(0, longestName)
  if (label === '') throw new OrderError('wrong', 'a password needs a name, such as the program that uses it')
  const [id, shown] = [order.newId(), newPassword()]
  const record = await recordPassword(id, shown, known[0]?.record.salt ?? null)
  const password = { id, login, name: label, record, madeAt: order.at, madeBy: order.who }
  await changeRecorded(order, inRelays.addPassword(password), {
    ...{ what: 'mail-password-made', tenant, detail: { before: null, after: { id, login, name: label } } },
  })
  return { password, shown }
}

/** It opens nothing from now on. @throws OrderError not-found */
export async function removePassword(
  order: RelayOrder,
  { login, tenant }: Submitter,
  id: string,
): Promise<void> {
  const found = (await order.relays.passwords(login)).find((each) => each.id === id)
  if (!found) throw new OrderError('not-found', `${login} has no password ${id}`)
  await changeRecorded(order, inRelays.removePassword(login, id), {
    ...{ what: 'mail-password-removed', tenant },
    detail: { before: { id, login, name: found.name }, after: null },
  })
}
