import { newId } from '#ground/platform/ids.ts'
import type { ApiKey } from '#services/access/access-store.ts'
import { isMadeBy, withMakers } from '#services/access/keys-of.ts'
import { keyScopes } from '#services/access/roles.ts'
import { makeKey, removeKey } from '#services/access/write-key.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { accessOrderOf } from './manager.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const dayMs = 86_400_000

const add: SiteCommand = {
  name: 'add',
  summary: 'makes a key',
  help: `Usage: mailkeep key add NAME --tenant ID --scope SCOPE... [--days DAYS]
Makes a key for programs and prints it, this once. It is sent as "Authorization: Bearer KEY".
  --tenant  it reaches this tenant and everything below it
  --scope   ${Object.keys(keyScopes).join(', ')}; may stand several times
  --days    it is good for so many days; without it for ever`,
  options: {
    tenant: { type: 'string' },
    scope: { type: 'string', multiple: true },
    days: { type: 'string' },
  },
  async run(site, given, out) {
    const [name, ...more] = given.words
    const [tenant, days] = [given.text('tenant'), given.text('days')]
    if (name === undefined || more.length > 0) throw new UseError('give the key one name')
    if (tenant === undefined) throw new UseError('--tenant is needed')
    const order = accessOrderOf(site)
    const id = newId(order.at)
    const expiresAt = days === undefined ? null : order.at + readCount('days', days, 1) * dayMs
    const shown = await makeKey(order, { id, name, tenant, scopes: given.texts('scope'), expiresAt })
    out.answer({ id, key: shown, expiresAt }, shown)
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists keys',
  help: `Usage: mailkeep key list [--made-by MANAGER]
Lists keys: name, reach, scopes, end, when they were last used (to the day), and who made them. A key goes on without
its maker; "may not any more" stands beside who is gone or kept out, or could not make it now.
  --made-by  only those that this manager has made, also when he is gone`,
  options: { 'made-by': { type: 'string' } },
  async run(site, given, out) {
    const madeBy = given.text('made-by')
    const keys = (await site.access.keys()).filter((each) => madeBy === undefined || isMadeBy(each, madeBy))
    const made = await withMakers(site.access, await site.directory.tenants(), keys, Date.now())
    const rows = made.map(({ key: each, isLeft }) => [
      each.id,
      clip(each.name, 30),
      each.tenant,
      each.scopes.join(' '),
      each.expiresAt === null ? 'never' : localTime(each.expiresAt),
      each.usedAt === null ? 'never' : localTime(each.usedAt),
      isLeft ? `${each.createdBy}, may not any more` : each.createdBy,
    ])
    out.answer(
      made.map(({ key: { hash: _secret, ...each }, isLeft }) => ({ ...each, isLeft })),
      rows.length === 0
        ? 'There are no keys.'
        : table(['key', 'name', 'tenant', 'scopes', 'ends', 'used', 'made by'], rows),
    )
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'removes a key',
  help: `Usage: mailkeep key remove ID
       mailkeep key remove --made-by MANAGER
Removes a key: it opens nothing from now on.
  --made-by  all that this manager has made, also when he is gone`,
  options: { 'made-by': { type: 'string' } },
  async run(site, given, out) {
    const keys = await keysNamed(site, given)
    for (const each of keys) await removeKey(accessOrderOf(site), each)
    out.answer(
      { removed: keys.map(({ id }) => id) },
      keys.map(({ id, name }) => `${id} (${name}) is removed.`).join('\n'),
    )
    return 0
  },
}

/** @throws OrderError there is none such */
async function keysNamed(site: Site, given: Arguments): Promise<readonly ApiKey[]> {
  const [id, ...more] = given.words
  const madeBy = given.text('made-by')
  if ((id === undefined) === (madeBy === undefined) || more.length > 0)
    throw new UseError('name one key, or whose keys by --made-by')
  const found = (await site.access.keys()).filter((each) =>
    madeBy === undefined ? each.id === id : isMadeBy(each, madeBy),
  )
  if (found.length > 0) return found
  const what = madeBy === undefined ? `there is no key ${id}` : `there is no key that ${madeBy} has made`
  throw new OrderError('not-found', `${what}; ./mailkeep key list names them`)
}

export const command: GroupCommand = {
  name: 'key',
  summary: 'keys for programs: makes, lists, removes',
  verbs: [add, list, remove],
}
