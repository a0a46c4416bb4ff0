import { publishLayers, resetLearning, tenantsWithout } from '#services/learning/change-learning.ts'
import type { LayerRecord, TaughtTenant } from '#services/learning/learning-store.ts'
import { weighExamples } from '#services/learning/weigh-examples.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSetting } from '#services/policy/set-level-setting.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf, policyOrderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const mostExamples = 1000

const status: SiteCommand = {
  name: 'status',
  summary: 'shows what tenants have taught, and how far it is',
  help: `Usage: mailkeep learning status [--tenant ID]
Shows for each tenant how many reports and releases of how many people there are to learn from, and where the layer
learnt from them stands: shadow, canary (with its share of the mail), active, retired, taken-back. With --tenant all
layers of it, and what is missing where there is none.`,
  options: { tenant: { type: 'string' } },
  async run(site, given, out) {
    const wanted = given.text('tenant')
    if (wanted !== undefined) await requireTenant(site, wanted)
    const { readStore } = site.learning
    const off = await tenantsWithout(site.learning)
    const layers = await readStore.layers(wanted ?? null)
    const taught = (await readStore.taught()).filter(({ tenant }) => (wanted ?? tenant) === tenant)
    const names = [...new Set([...taught, ...layers].map(({ tenant }) => tenant))].sort()
    const tenants = names.map((tenant) => ({
      tenant,
      isOn: !off.has(tenant),
      ...countsOf(taught.find((each) => each.tenant === tenant)),
      layers: layers.filter((each) => each.tenant === tenant).slice(0, wanted === undefined ? 1 : 20),
    }))
    const missing = wanted === undefined ? null : await missingOf(site, wanted)
    const rows = tenants.flatMap(({ tenant, isOn, unwanted, wanted: good, people, layers: mine }) => {
      const head = [tenant, isOn ? 'on' : 'off', `${unwanted} / ${good}`, String(people)]
      if (mine.length === 0) return [[...head, '-', '', '']]
      return mine.map((each, i) => [
        ...(i === 0 ? head : ['', '', '', '']),
        stageOf(each),
        localTime(each.since),
        each.why,
      ])
    })
    const head = ['tenant', 'learning', 'unwanted / wanted', 'people', 'layer', 'since', 'why']
    const sheet = rows.length === 0 ? 'Nobody has taught anything yet.' : table(head, rows)
    out.answer(
      { tenants, missing },
      missing === null ? sheet : `${sheet}\nNot enough to learn from yet: ${missing}.`,
    )
    return 0
  },
}

const reset: SiteCommand = {
  name: 'reset',
  summary: 'forgets what a tenant has taught',
  help: `Usage: mailkeep learning reset --tenant ID
Forgets all that a tenant has taught and takes its layer back: what it caught is judged anew. Reports and releases from
now on teach again.`,
  options: { tenant: { type: 'string' } },
  async run(site, given, out) {
    const tenant = tenantOf(given)
    await resetLearning(site.learning, orderOf(site), tenant)
    out.answer({ tenant }, `What ${tenant} had taught is forgotten.`)
    return 0
  },
}

const off: SiteCommand = {
  name: 'off',
  summary: 'stops learning for a tenant and all below it',
  help: `Usage: mailkeep learning off --tenant ID
Stops learning for a tenant, and for all below that do not say otherwise: nothing is learnt, and what was learnt does
not count. The same as mailkeep policy set ID learning off.`,
  options: { tenant: { type: 'string' } },
  run: (site, given, out) => turn(site, tenantOf(given), 'off', out),
}

const on: SiteCommand = {
  name: 'on',
  summary: 'goes on learning for a tenant',
  help: `Usage: mailkeep learning on --tenant ID
Goes on learning for a tenant; what was learnt before counts again.`,
  options: { tenant: { type: 'string' } },
  run: (site, given, out) => turn(site, tenantOf(given), 'on', out),
}

/** `./mailkeep learning`: what tenants have taught. */
export const command: GroupCommand = {
  name: 'learning',
  summary: 'shows, forgets and stops what tenants teach by reports and releases',
  verbs: [status, reset, off, on],
}

async function turn(
  site: Site,
  tenant: string,
  value: 'on' | 'off',
  out: Parameters<SiteCommand['run']>[2],
): Promise<number> {
  const scope = await readScope(`tenant:${tenant}`, site.directory)
  await setLevelSetting(policyOrderOf(site), scope, { name: 'learning', value })
  await publishLayers(site.learning)
  out.answer({ tenant, learning: value }, `Learning is ${value} for ${tenant}.`)
  return 0
}

async function missingOf(site: Site, tenant: string): Promise<string | null> {
  const examples = await site.learning.readStore.examples(tenant, mostExamples)
  const weighed = await weighExamples(examples, Date.now())
  return weighed.kind === 'not-enough' ? weighed.why : null
}

function countsOf(taught: TaughtTenant | undefined) {
  return { unwanted: taught?.unwanted ?? 0, wanted: taught?.wanted ?? 0, people: taught?.people ?? 0 }
}

function stageOf({ stage, share }: LayerRecord): string {
  return stage === 'canary' ? `canary ${Math.round(share * 100)} %` : stage
}

function tenantOf(given: Arguments): string {
  const tenant = given.text('tenant')
  if (tenant === undefined) throw new UseError('name the tenant with --tenant ID')
  return tenant
}

async function requireTenant({ directory }: Site, tenant: string): Promise<void> {
  if (!(await directory.tenants()).some(({ id }) => id === tenant))
    throw new UseError(`there is no tenant ${tenant}`)
}
