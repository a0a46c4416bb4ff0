import type { Finding, LastCheck } from '#flow/inspection/check.ts'
import type { LearntLayers } from '#flow/inspection/learnt-layers.ts'
import type { HashKey } from '#ground/learning/keyed-hash.ts'
import { sketchToText } from '#ground/learning/sketch.ts'
import { shareOf } from '#ground/platform/share-of.ts'
import { judgeByLayer } from './judge-by-layer.ts'
import { sketchOf } from './message-sketch.ts'

/** Levels that an address belongs to, widest first. */
type Levels = (address: string) => readonly string[]

/**
 * Adds what a tenant has taught by its reports and releases, within narrow bounds, for that tenant's recipients alone.
 * It comes after the other checks, since it may only add to what they say. The sketch that it leaves in the facts is
 * what a report of this message would teach.
 */
export function createLearnt(layers: LearntLayers, levelsOf: Levels, key: HashKey): LastCheck {
  return {
    name: 'learnt',
    async run(message, found) {
      const sketch = await sketchOf(message, found, key)
      const findings: Finding[] = []
      const applied: string[] = []
      for (const [tenant, recipients] of layers.isEmpty() ? [] : byTenant(message.arrival.rcptTo, levelsOf)) {
        const layer = layers.of(tenant, shareOf(message.id))
        const finding = layer && judgeByLayer(found, sketch, layer, layers.most())
        if (!finding) continue
        const isForAll = recipients.length === new Set(message.arrival.rcptTo).size
        findings.push(isForAll ? finding : { ...finding, only: recipients })
        if (finding.weight !== 0) applied.push(layer.version)
      }
      const learnt = { sketch: sketchToText(sketch), ...(applied.length > 0 && { applied }) }
      return { findings, facts: { learnt } }
    },
  }
}

/** Recipients by the customer that they belong to: the last tenant of their levels. */
function byTenant(recipients: readonly string[], levelsOf: Levels): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const recipient of new Set(recipients)) {
    const level = levelsOf(recipient).findLast((each) => each.startsWith('tenant:'))
    if (level === undefined) continue
    const tenant = level.slice('tenant:'.length)
    found.set(tenant, [...(found.get(tenant) ?? []), recipient])
  }
  return found
}
