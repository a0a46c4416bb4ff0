import { readFileSync } from 'node:fs'
import { brandOfTenant } from '#services/branding/brand.ts'
import { type BrandFields, checkLogo, putBrand, putLogo } from '#services/branding/write-brand.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { accessOrderOf } from './manager.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** Options, and what of a brand they set. */
const fields = {
  name: 'name',
  host: 'host',
  'from-name': 'fromName',
  accent: 'accent',
  'login-text': 'loginText',
} as const
const options = Object.keys(fields) as (keyof typeof fields)[]

const show: SiteCommand = {
  name: 'show',
  summary: 'shows how pages and notices of a tenant look',
  help: `Usage: mailkeep brand show TENANT
Shows what a tenant says of its look, and what is in force for it: what it does not say is as at the level above.`,
  options: {},
  async run(site, given, out) {
    const tenant = await tenantOf(site, given)
    const all = await site.brands.brands()
    const own = all.find((each) => each.tenant === tenant) ?? null
    const inForce = brandOfTenant(tenant, await site.directory.tenants(), all)
    const rows = options.map((option) => [
      option,
      clip(own?.[fields[option]] ?? '-', 40),
      clip(inForce[fields[option]] ?? '-', 40),
    ])
    rows.push(['logo', own?.logoType ?? '-', inForce.logo?.type ?? '-'])
    out.answer(
      { tenant, own: own && shownOf(own), inForce: shownOf(inForce) },
      table(['', 'own', 'in force'], rows),
    )
    return 0
  },
}

const set: SiteCommand = {
  name: 'set',
  summary: 'sets how they look',
  help: `Usage: mailkeep brand set TENANT [--name TEXT] [--host NAME] [--from-name TEXT] [--accent COLOUR]
                          [--login-text TEXT] [--logo FILE]
Sets what a tenant says of its look; the rest stays. An empty text: as at the level above.
  --name        what pages are called
  --host        host name that people reach them by
  --from-name   name beside the address that notices come from
  --accent      colour such as #1f56b3
  --login-text  what stands on the page for signing in
  --logo        PNG or JPEG of 250 x 60 pixels and 50 kB at most`,
  options: {
    ...Object.fromEntries(options.map((name) => [name, { type: 'string' }])),
    logo: { type: 'string' },
  },
  async run(site, given, out) {
    const tenant = await tenantOf(site, given)
    const said = options.filter((name) => given.has(name))
    const logo = given.text('logo')
    if (said.length === 0 && logo === undefined) throw new UseError('what shall it look like? Name an option')
    const order = { ...accessOrderOf(site), brands: site.brands, ownHosts: site.ownHosts }
    const picture = logo === undefined || logo === '' ? null : readPicture(logo)
    // Before anything is changed: what cannot be taken keeps all out.
    if (picture !== null) checkLogo(picture)
    const known = (await site.brands.brands()).find((each) => each.tenant === tenant) ?? null
    if (said.length > 0) {
      const { name = null, host = null, fromName = null, accent = null, loginText = null } = known ?? {}
      const wanted = Object.fromEntries(said.map((option) => [fields[option], given.text(option) ?? null]))
      await putBrand(order, tenant, { name, host, fromName, accent, loginText, ...wanted }, known)
    }
    if (logo !== undefined) await putLogo(order, tenant, picture)
    out.answer(
      { tenant, changed: [...said, ...(logo === undefined ? [] : ['logo'])] },
      `${tenant} is changed.`,
    )
    return 0
  },
}

/** The picture of a file in base64. @throws UseError */
function readPicture(path: string): string {
  try {
    return readFileSync(path).toString('base64')
  } catch (cause) {
    throw new UseError(`${path} cannot be read: ${(cause as Error).message}`)
  }
}

/** Without the bytes of the logo. */
function shownOf({ logo, ...brand }: BrandFields & { readonly logo: unknown }) {
  const { name, host, fromName, accent, loginText } = brand
  return { name, host, fromName, accent, loginText, hasLogo: logo !== null }
}

async function tenantOf(site: Site, given: Arguments): Promise<string> {
  const [tenant, ...more] = given.words
  if (tenant === undefined || more.length > 0) throw new UseError('name one tenant')
  if (!(await site.directory.tenants()).some((each) => each.id === tenant))
    throw new OrderError('not-found', `there is no tenant ${tenant}; "mailkeep tenant list" shows them`)
  return tenant
}

/** `./mailkeep brand`. */
export const command: GroupCommand = {
  name: 'brand',
  summary: 'shows and sets how pages and notices of a tenant look',
  verbs: [show, set],
}
