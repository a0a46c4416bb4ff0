import { inheritSettings } from '#ground/platform/inherit-settings.ts'
import { type DirectoryOrder, tenantsOf } from '#services/directory/directory-order.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { LearningParts } from './learning-parts.ts'
import { inLearning, type LayerRecord, type LayerStage } from './learning-store.ts'

/** The layers of a tenant that matter now. */
export interface Standing {
  readonly active: LayerRecord | null
  /** In the shadow, or counting for a share of the mail. */
  readonly trial: LayerRecord | null
  /** Was active before, and comes back where the active one fails. */
  readonly former: LayerRecord | null
  readonly latest: LayerRecord | null
}

export async function standingOf(
  { readStore }: Pick<LearningParts, 'readStore'>,
  tenant: string,
): Promise<Standing> {
  const all = await readStore.layers(tenant)
  const first = (wanted: (each: LayerRecord) => boolean) => all.find(wanted) ?? null
  return {
    active: first(({ stage }) => stage === 'active'),
    trial: first(({ stage }) => stage === 'shadow' || stage === 'canary'),
    former: first(({ stage, share }) => stage === 'retired' && share > 0),
    latest: all[0] ?? null,
  }
}

/** Tenants for which nothing is learnt, by their own setting or that of a level above. */
export async function tenantsWithout({ directory }: Pick<LearningParts, 'directory'>): Promise<Set<string>> {
  const tenants = await directory.tenants()
  const isOff = (id: string) => inheritSettings(chainOf(id, tenants)).learning === 'off'
  return new Set(tenants.map(({ id }) => id).filter(isOff))
}

/** Moves a layer to a stage, written down before the flow hears of it. */
export async function moveTo(
  parts: LearningParts,
  record: LayerRecord,
  stage: LayerStage,
  share: number,
  why: string,
): Promise<void> {
  await parts.store.moveLayer({ ...record, stage, share, why, since: parts.now() })
}

/** Takes a layer back; the one before it counts again, and what it caught is judged anew. */
export async function takeBackLayer(parts: LearningParts, record: LayerRecord, why: string): Promise<void> {
  const { former } = await standingOf(parts, record.tenant)
  const hadASay = record.share > 0
  // A share above 0 marks that what it caught is still to be judged anew.
  await moveTo(parts, record, 'taken-back', hadASay ? 1 : 0, why)
  if (record.stage === 'active' && former) await moveTo(parts, former, 'active', 1, 'in force again')
  await publishLayers(parts)
}

/** Tells the flow what counts: of each tenant the layer that proves itself, then the active one. */
export async function publishLayers(parts: LearningParts): Promise<void> {
  const off = await tenantsWithout(parts)
  const counting = (await parts.store.layers(null)).filter(
    ({ tenant, stage }) => !off.has(tenant) && (stage === 'canary' || stage === 'active'),
  )
  await parts.publish(counting, parts.limits().most)
}

/** Forgets all that a tenant has taught. @throws OrderError where there is no such tenant */
export async function resetLearning(
  parts: LearningParts,
  order: DirectoryOrder,
  tenant: string,
): Promise<void> {
  await requireTenant(order, tenant)
  const reset = inLearning.reset(tenant, parts.now())
  await changeRecorded(order, reset, { what: 'learning-reset', tenant, detail: { tenant } })
  await publishLayers(parts)
}

async function requireTenant(order: DirectoryOrder, tenant: string): Promise<void> {
  if (!(await tenantsOf(order)).some(({ id }) => id === tenant))
    throw new OrderError('not-found', `there is no tenant ${tenant}`)
}
