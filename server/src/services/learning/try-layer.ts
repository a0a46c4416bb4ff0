import type { Layer } from '#ground/learning/layer.ts'
import { sketchFromText } from '#ground/learning/sketch.ts'
import type { LearningParts } from './learning-parts.ts'
import type { RecentMessage } from './learning-store.ts'

/** What a layer does to mail that nobody has said anything about. */
export interface Tried {
  readonly messages: number
  /** Kept from their recipients without it. */
  readonly kept: number
  /** Kept only with it, and let through only with it. */
  readonly gained: number
  readonly lost: number
}

const pageSize = 200
const mostMessages = 2000
/** So few changes are chance, whatever the share. */
const fewChanges = 3
/** Share of the mail that a layer may treat otherwise in each direction. */
const mostChanged = 0.01

/** Tries a layer on the mail of its tenant since a moment, the newest 2,000 messages of it. */
export async function tryOnRecent(
  parts: Pick<LearningParts, 'readStore' | 'judge' | 'limits'>,
  tenant: string,
  layer: Layer,
  since: number,
  without: ReadonlySet<string>,
): Promise<Tried> {
  const tried = { messages: 0, kept: 0, gained: 0, lost: 0 }
  const { most } = parts.limits()
  for await (const message of recentOf(parts, tenant, since)) {
    const sketch = sketchFromText(message.sketch)
    if (sketch === null || without.has(message.id)) continue
    const both = parts.judge({ ...message, sketch }, layer, most)
    tried.messages++
    tried.kept += Number(both.without)
    tried.gained += Number(both.with && !both.without)
    tried.lost += Number(both.without && !both.with)
  }
  return tried
}

/** Mail of a tenant since a moment, page by page so that nothing is held up. */
export async function* recentOf(
  { readStore }: Pick<LearningParts, 'readStore'>,
  tenant: string,
  since: number,
): AsyncGenerator<RecentMessage> {
  let before: string | null = null
  for (let seen = 0; seen < mostMessages; ) {
    const page: RecentMessage[] = await readStore.recent(tenant, since, before, pageSize)
    yield* page
    seen += page.length
    before = page.at(-1)?.id ?? null
    if (page.length < pageSize) return
  }
}

/** Why a layer changes too much of what nobody complained about; null: it does not. */
export function whyTooMuch({ messages, gained, lost }: Tried): string | null {
  const bound = Math.max(fewChanges, messages * mostChanged)
  if (gained > bound) return `it keeps ${gained} of ${messages} messages that were let through without it`
  if (lost > bound) return `it lets through ${lost} of ${messages} messages that were kept without it`
  return null
}

/** What a layer gets wrong of mail whose right answer is known (N-08: any); null: nothing. */
export async function whyNotGolden(
  { golden, judge, limits }: Pick<LearningParts, 'golden' | 'judge' | 'limits'>,
  layer: Layer,
): Promise<string | null> {
  const { most } = limits()
  for (const message of await golden()) {
    const both = judge(message, layer, most)
    if (message.kind === 'clean' && both.with && !both.without)
      return `it keeps the clean sample ${message.name}`
    if (message.kind === 'bad' && both.without && !both.with)
      return `it misses the bad sample ${message.name}`
  }
  return null
}
