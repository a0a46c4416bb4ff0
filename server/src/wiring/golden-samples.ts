import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A message whose right answer is known. */
export interface GoldenSample {
  readonly name: string
  readonly kind: 'clean' | 'bad'
  readonly message: string
}

/** One JSON object a line; made by scripts/gen-golden.ts. */
const samplesFile = join(import.meta.dirname, '../../golden/samples.jsonl')

export function readGoldenSamples(): GoldenSample[] {
  return readFileSync(samplesFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenSample)
}
