import { newId } from '#ground/platform/ids.ts'
import { keyScopes } from '#services/access/roles.ts'
import { makeKey, removeKey } from '#services/access/write-key.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { accessOrderOf } from './manager.ts'
import { readCount } from './read-count.ts'
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
  help: `Usage: mailkeep key list
Lists keys: name, reach, scopes, end, and when they were last used (to the day).`,
  options: {},
  async run(site, _given, out) {
    const keys = await site.access.keys()
    const rows = keys.map((each) => [
      each.id,
      clip(each.name, 30),
      each.tenant,
      each.scopes.join(' '),
      each.expiresAt === null ? 'never' : localTime(each.expiresAt),
      each.usedAt === null ? 'never' : localTime(each.usedAt),
    ])
    out.answer(
      keys.map(({ hash: _secret, ...each }) => each),
      rows.length === 0
        ? 'There are no keys.'
        : table(['key', 'name', 'tenant', 'scopes', 'ends', 'used'], rows),
    )
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'removes a key',
  help: `Usage: mailkeep key remove ID
Removes a key: it opens nothing from now on.`,
  options: {},
  async run(site, given, out) {
    const [id = ''] = given.words
    const key = await site.access.key(id)
    if (!key) throw new OrderError('not-found', `there is no key ${id}; ./mailkeep key list names them`)
    await removeKey(accessOrderOf(site), key)
    out.answer({ id }, `${id} (${key.name}) is removed.`)
    return 0
  },
}

export const command: GroupCommand = {
  name: 'key',
  summary: 'keys for programs: makes, lists, removes',
  verbs: [add, list, remove],
}
