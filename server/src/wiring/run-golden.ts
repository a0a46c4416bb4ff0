import { Worker } from 'node:worker_threads'
import type { GoldenResult } from '#services/definitions/definition-parts.ts'

/** Two sets to be compared on the golden samples, with the files of data of both by checksum. */
export interface GoldenTrial {
  readonly content: string
  readonly activeContent: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** What the thread answers: a result, or what is wrong with a file of data. */
export type GoldenAnswer = { readonly result: GoldenResult } | { readonly wrong: string }

/** Judges the golden samples by two sets. In a thread of its own: mail waits for nothing, and the data of all checks goes with it. */
export async function runGolden(trial: GoldenTrial): Promise<GoldenResult> {
  const thread = new Worker(new URL('./golden-trial-thread.ts', import.meta.url), {
    workerData: trial,
    name: 'golden-trial',
  })
  const answer = await new Promise<GoldenAnswer>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('the golden samples could not be judged')))
  })
  if ('wrong' in answer) throw new Error(answer.wrong)
  return answer.result
}
