import { writeModel } from '../server/src/flow/checks/content/model/model.ts'
import type { Weights } from './logistic.ts'

const version = '3'
/** Features kept: those with the greatest weights. */
const mostFeatures = 200_000

/** Weights as int8: the greatest are cut at the unit that keeps the small ones apart. */
export function toModelFile({ bias, byFeature }: Weights): Buffer {
  const kept = [...byFeature].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, mostFeatures)
  const large = Math.abs(kept[Math.floor(kept.length / 500)]?.[1] ?? 1)
  const scale = large / 127
  const whole = new Map(
    kept.map(([hash, weight]) => [hash, Math.max(-127, Math.min(127, Math.round(weight / scale)))]),
  )
  return writeModel({ version, bias: Number(bias.toFixed(6)), scale: Number(scale.toPrecision(6)) }, whole)
}
