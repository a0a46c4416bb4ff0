import type { Finding } from '#flow/inspection/check.ts'
import type { Layer } from '#ground/learning/layer.ts'
import type { Sketch } from '#ground/learning/sketch.ts'
import { boundInfluence } from './influence.ts'

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
  const weight = influence.points
  return score > 0
    ? {
        check: 'learnt',
        code: 'learnt-unwanted',
        weight,
        text: 'People of this organisation reported such mail as unwanted.',
        evidence,
      }
    : {
        check: 'learnt',
        code: 'learnt-wanted',
        weight,
        text: 'People of this organisation said that such mail is wanted.',
        evidence,
      }
}
