import { parentPort, workerData } from 'node:worker_threads'
import { checks } from '#flow/checks/catalog.ts'
import { createLearnt } from '#flow/checks/learnt/learnt.ts'
import { inspect } from '#flow/inspection/inspector.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import { learningKey } from '#ground/learning/keyed-hash.ts'
import { sketchFromText } from '#ground/learning/sketch.ts'
import { createOfflineResolver } from '#ground/platform/dns/offline-resolver.ts'
import type { GoldenMessage } from '#services/learning/learning-parts.ts'
import { type GoldenSample, readGoldenSamples } from './golden-samples.ts'

// What a thread of judge-golden.ts runs.
const nowMs = Date.parse('2026-01-15T12:00:00Z')
const nobody = { isEmpty: () => true, of: () => null, most: () => 0 }
const learnt = createLearnt(nobody, () => [], learningKey(workerData as string))

const judged: GoldenMessage[] = []
for (const sample of readGoldenSamples()) judged.push(await judge(sample))
parentPort?.postMessage(judged)

async function judge({ name, kind, message }: GoldenSample): Promise<GoldenMessage> {
  const outcome = await inspect(
    {
      id: 'golden',
      body: { kind: 'inline', bytes: Buffer.from(message) },
      arrival: {
        ip: '192.0.2.1',
        helo: 'client.example',
        mailFrom: 'sender@client.example',
        rcptTo: ['recipient@site.example'],
        receivedAt: nowMs,
      },
      tenant: '',
    },
    {
      checks,
      last: [learnt],
      resolver: createOfflineResolver(null),
      settings: plainSettings,
      checkBudgetMs: 10_000,
      now: () => nowMs,
    },
  )
  const { sketch } = outcome.facts.learnt as { readonly sketch: string }
  return {
    name,
    kind,
    findings: JSON.stringify(outcome.findings),
    sketch: sketchFromText(sketch) ?? new Uint32Array(),
    tolerance: defaultPolicy.tolerance,
  }
}
