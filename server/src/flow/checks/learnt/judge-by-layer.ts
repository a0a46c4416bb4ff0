import type { Finding } from '#flow/inspection/check.ts'
import type { Layer } from '#ground/learning/layer.ts'
import type { Sketch } from '#ground/learning/sketch.ts'
import { boundInfluence } from './influence.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
const learntCodes = ['learnt-unwanted', 'learnt-wanted', 'learnt-unavailable'] as const

type Code = (typeof learntCodes)[number]

/** What a layer says of a message, as a finding; null: nothing. */
export function judgeByLayer(
  found: readonly Finding[],
  sketch: Sketch,
  layer: Layer,
  most: number,
): Finding | null {
  const score = layer.score(sketch)
  const influence = boundInfluence(found, score, most)
  if (influence === null) return null
  const evidence = {
    logOdds: Math.round(score * 100) / 100,
    layer: layer.version,
    ...(influence.limited !== null && { limited: influence.limited }),
  }
  const [code, text]: [Code, string] =
    score > 0
      ? ['learnt-unwanted', 'People of this organisation reported such mail as unwanted.']
      : ['learnt-wanted', 'People of this organisation said that such mail is wanted.']
  return { check: 'learnt', code, weight: influence.points, text, evidence }
}
