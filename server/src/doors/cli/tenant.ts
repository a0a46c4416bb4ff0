import { addOperator, addTenant } from '#services/directory/add-tenant.ts'
import { type TenantLevel, tenantLevels } from '#services/directory/directory-store.ts'
import { describePolicySettings } from '#services/directory/policy-settings.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSetting } from '#services/policy/set-level-setting.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { orderOf, policyOrderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'
import { exportCommand, importCommand } from './tenant-files.ts'

const add: SiteCommand = {
  name: 'add',
  summary: 'adds a tenant',
  help: `Usage: mailkeep tenant add ID [--level reseller|customer] [--parent ID] [--name NAME]
Adds a tenant, or renames one that is there.
  --level   operator, reseller or customer (default)
  --parent  the tenant above it; default: the operator`,
  options: { level: { type: 'string' }, parent: { type: 'string' }, name: { type: 'string' } },
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one id')
    const [parent, name] = [given.text('parent'), given.text('name')]
    const level = readLevel(given.text('level') ?? 'customer')
    const order = orderOf(site)
    if (level !== 'operator') await addOperator(order)
    const tenant = await addTenant(order, {
      id,
      level,
      ...(parent !== undefined && { parent }),
      ...(name !== undefined && { name }),
    })
    out.answer(tenant, `${tenant.level} ${tenant.id} (${tenant.name}) is below ${tenant.parent ?? 'nobody'}.`)
    return 0
  },
}

function readLevel(text: string): TenantLevel {
  const level = tenantLevels.find((each) => each === text)
  if (!level) throw new UseError(`--level is ${tenantLevels.join(', ')}`)
  return level
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists tenants',
  help: `Usage: mailkeep tenant list
Lists tenants with their own settings; an exclamation mark stands for locked.`,
  options: {},
  async run(site, _given, out) {
    const tenants = await site.directory.tenants()
    const rows = tenants.map((each) => [
      clip(each.id, 24),
      each.level,
      clip(each.parent ?? '-', 20),
      clip(each.name, 24),
      Object.entries(each.settings)
        .map(([name, value]) => `${name}=${value}${each.locked.includes(name) ? '!' : ''}`)
        .join(' '),
    ])
    out.answer({ tenants }, table(['id', 'level', 'parent', 'name', 'settings'], rows))
    return 0
  },
}

const set: SiteCommand = {
  name: 'set',
  summary: 'sets a setting of a tenant',
  help: `Usage: mailkeep tenant set ID NAME=VALUE [--lock | --unlock]
Sets a setting for a tenant and everything below it; an empty value goes back to what is inherited.
"mailkeep policy" does the same for every level.
  --lock    levels below may not change it
  --unlock  they may again
Settings:
${describePolicySettings()}`,
  options: { lock: { type: 'boolean' }, unlock: { type: 'boolean' } },
  async run(site, given, out) {
    const [tenant, assignment = ''] = given.words
    const found = /^([^=]+)=(.*)$/.exec(assignment)
    if (tenant === undefined || !found) throw new UseError('write: tenant set ID NAME=VALUE')
    const [, name = '', value = ''] = found
    const scope = await readScope(`tenant:${tenant}`, site.directory)
    const level = await setLevelSetting(policyOrderOf(site), scope, {
      name,
      value: value === '' ? null : value,
      ...(given.flag('lock') && { locked: true }),
      ...(given.flag('unlock') && { locked: false }),
    })
    await site.publish()
    out.answer({ id: tenant, ...level }, `${name} of ${tenant} is ${value === '' ? 'inherited' : value}.`)
    return 0
  },
}

/** `./mailkeep tenant`. */
export const command: GroupCommand = {
  name: 'tenant',
  summary: 'adds and lists tenants, sets their settings, writes and takes files of all that is set up',
  verbs: [add, list, set, exportCommand, importCommand],
}
