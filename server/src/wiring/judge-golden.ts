import { Worker } from 'node:worker_threads'
import type { GoldenMessage } from '#services/learning/learning-parts.ts'

/**
 * Has the golden samples judged by all checks, with the sketches that a site makes of them. In a thread of its own,
 * which ends then: the data of all checks would stay in the memory of whoever asks.
 */
export function judgeGolden(secret: string): Promise<GoldenMessage[]> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./golden-thread.ts', import.meta.url), {
      workerData: secret,
      name: 'golden',
    })
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('the golden samples could not be judged')))
    thread.unref()
  })
}
