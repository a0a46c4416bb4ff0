import { readLayer, writeLayer } from '#ground/learning/layer.ts'
import { sketchFromText } from '#ground/learning/sketch.ts'
import { newId } from '#ground/platform/ids.ts'
import { moveTo, publishLayers, standingOf, takeBackLayer, tenantsWithout } from './change-learning.ts'
import type { LearningParts } from './learning-parts.ts'
import type { LayerRecord, TaughtTenant } from './learning-store.ts'
import { type Anchor, trainLayer } from './train-layer.ts'
import { recentOf, tryOnRecent, whyNotGolden, whyTooMuch } from './try-layer.ts'
import { weighExamples } from './weigh-examples.ts'

const day = 86_400_000
const batch = 500
/** Examples that a layer is made from, the newest. */
const mostExamples = 1000
const mostAnchors = 300
/** Mail of this age is looked at when a layer is made. */
const lookBackMs = 14 * day
const keepExamplesMs = 400 * day
/** A tenant's layer is made anew at most so often; after one that was taken back, after a day. */
const makeEveryMs = 3_600_000
const makeAnewMs = 30 * day
/** Tenants that are looked after in one round. */
const tenantsAtATime = 10
/** Shares of the mail, one step after the other. A tenant has too little of it for a hundredth to show anything. */
const canaryShare = 0.1
/** People whose reports or releases speak against what a layer did. */
const contraryPeople = 2
const settledAfterMs = 600_000
const forgetEveryMs = 600_000
/** Of what a layer did long ago people hardly speak any more. */
const mostOfLate = 100

/** What the clock remembers between rounds, so that it does not do again what can have no other result. */
export class LearningRounds {
  /** When each tenant was looked after last, and what there was to learn from then. */
  readonly looked = new Map<string, number>()
  readonly weighed = new Map<string, number>()
  forgotAt = 0
}

/**
 * One round of the clock: takes what people decided, makes a layer where a tenant has taught something new, takes
 * layers on trial a step further or back, and has judged anew what those taken back had caught.
 */
export async function advanceLearning(parts: LearningParts, rounds: LearningRounds): Promise<void> {
  const off = await tenantsWithout(parts)
  for (let round = 0; round < 20; round++) if ((await parts.store.collect([...off], batch)) < batch) break
  const taught = (await parts.readStore.newest()).filter(({ tenant }) => !off.has(tenant))
  const due = taught
    .sort((a, b) => (rounds.looked.get(a.tenant) ?? 0) - (rounds.looked.get(b.tenant) ?? 0))
    .slice(0, tenantsAtATime)
  for (const tenant of due) {
    rounds.looked.set(tenant.tenant, parts.now())
    await lookAfter(parts, tenant, rounds)
  }
  await judgeAnew(parts)
  await publishLayers(parts)
  if (parts.now() - rounds.forgotAt < forgetEveryMs) return
  rounds.forgotAt = parts.now()
  await parts.store.forget(parts.now() - keepExamplesMs, 2 * mostExamples)
}

async function lookAfter(
  parts: LearningParts,
  taught: Pick<TaughtTenant, 'tenant' | 'newest'>,
  rounds: LearningRounds,
): Promise<void> {
  const { tenant, newest } = taught
  const { trial, active, latest } = await standingOf(parts, tenant)
  if (active) await judge(parts, active)
  if (trial) return judge(parts, trial)
  const now = parts.now()
  const pause = Math.min(latest?.stage === 'taken-back' ? day : makeEveryMs, parts.limits().timeMs)
  if (now - (latest?.since ?? 0) < pause) return
  const isNew = newest > (latest?.newestExample ?? 0) && rounds.weighed.get(tenant) !== newest
  // What was said long ago counts less by now, also where nobody says anything new.
  const isOld = active !== null && now - active.madeAt > makeAnewMs
  if (!isNew && !isOld) return
  rounds.weighed.set(tenant, newest)
  const made = await makeLayer(parts, tenant)
  if (!made && active && isOld)
    await moveTo(parts, active, 'retired', 0, 'too little is left that it was learnt from')
}

/**
 * Makes a layer and puts it on trial, where there is enough to learn from; taken back at once where it does harm to
 * mail of late. False: there is not enough.
 */
async function makeLayer(parts: LearningParts, tenant: string): Promise<boolean> {
  const now = parts.now()
  const examples = await parts.readStore.examples(tenant, mostExamples)
  const weighed = await weighExamples(examples, now)
  if (weighed.kind === 'not-enough') return false
  const known = new Set(examples.map(({ messageId }) => messageId))
  const version = newId(now)
  const weights = await trainLayer(weighed.lessons, await anchorsOf(parts, tenant, known))
  const content = writeLayer(version, weights)
  const layer = readLayer(content)
  const harm =
    (await whyNotGolden(parts, layer)) ??
    whyTooMuch(await tryOnRecent(parts, tenant, layer, now - lookBackMs, known))
  const record: LayerRecord = {
    tenant,
    version,
    stage: harm === null ? 'shadow' : 'taken-back',
    share: 0,
    since: now,
    madeAt: now,
    why: harm ?? `learnt from ${weighed.lessons.length} mailings`,
    examples: examples.length,
    newestExample: Math.max(...examples.map(({ at }) => at)),
  }
  await parts.store.addLayer(record, content)
  return true
}

async function anchorsOf(
  parts: LearningParts,
  tenant: string,
  known: ReadonlySet<string>,
): Promise<Anchor[]> {
  const anchors: Anchor[] = []
  for await (const { id, sketch: text, base } of recentOf(parts, tenant, parts.now() - lookBackMs)) {
    const sketch = sketchFromText(text)
    if (sketch && !known.has(id)) anchors.push({ sketch, base })
    if (anchors.length >= mostAnchors) break
  }
  return anchors
}

/** Looks how a layer does on the mail since its stage began. */
async function judge(parts: LearningParts, record: LayerRecord): Promise<void> {
  const { tenant, version, stage, since } = record
  const { timeMs, messages } = parts.limits()
  const age = parts.now() - since
  const isWatched = stage !== 'active' || age <= 2 * timeMs
  const examples = await parts.readStore.examples(tenant, isWatched ? 2 * mostExamples : mostOfLate)
  const against = new Set(examples.filter(({ contrary }) => contrary === version).map(({ person }) => person))
  if (against.size >= contraryPeople)
    return takeBackLayer(parts, record, `${against.size} people said that it was wrong`)
  if (!isWatched) return
  const known = new Set(examples.map(({ messageId }) => messageId))
  const content = await parts.readStore.content(version)
  if (content === null) return
  const tried = await tryOnRecent(parts, tenant, readLayer(Buffer.from(content)), since, known)
  const harm = whyTooMuch(tried)
  if (harm !== null) return takeBackLayer(parts, record, harm)
  const isEnough = tried.messages >= messages || (age >= timeMs && tried.messages > 0)
  if (!isEnough || stage === 'active') return
  const shown = `${tried.messages} messages: it keeps ${tried.gained} more and ${tried.lost} fewer`
  if (stage === 'shadow') return moveTo(parts, record, 'canary', canaryShare, shown)
  const { active } = await standingOf(parts, tenant)
  if (active) await moveTo(parts, active, 'retired', 1, `${version} took its place`)
  await moveTo(parts, record, 'active', 1, shown)
}

/** Goes on after a restart: what is still to be done stands in the store. */
async function judgeAnew(parts: LearningParts): Promise<void> {
  const open = (await parts.readStore.layers(null)).filter(
    ({ stage, share }) => stage === 'taken-back' && share > 0,
  )
  for (const each of open) {
    const { tenant, version, why, since } = each
    parts.alarms.raise(
      'learning-taken-back',
      tenant,
      `what tenant ${tenant} had taught was taken back: ${why}`,
    )
    const reopened = await parts.store.reopen(version, parts.now(), batch)
    if (reopened > 0 || parts.now() - since < settledAfterMs) continue
    await parts.store.moveLayer({ ...each, share: 0 })
    parts.alarms.clear('learning-taken-back', tenant)
  }
}
