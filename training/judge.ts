import { judgeReading } from '../server/src/flow/checks/content/content.ts'
import { featuresOf } from '../server/src/flow/checks/content/model/features.ts'
import type { Model } from '../server/src/flow/checks/content/model/model.ts'
import { type Reading, readMessage } from '../server/src/flow/checks/content/reading.ts'
import { parseMessage } from '../server/src/flow/inspection/parse-message.ts'
import { scan } from '../server/src/wiring/scan-message.ts'
import type { Sample } from './corpus.ts'
import type { Example } from './logistic.ts'

const now = Date.parse('2025-06-01T00:00:00Z')
const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }
const arrival = { ip: '192.0.2.1', helo: '', mailFrom: '', rcptTo: [], receivedAt: 0 }

/** A message read twice: without what tells where it was collected, to learn from; and as it is, to judge. */
export interface ReadSample {
  readonly sample: Sample
  readonly example: Example
  readonly whole: Reading
  /** Score of the other checks. */
  readonly others: number
}

/** How much a set counts beside the others, so that the largest does not decide alone. */
const setWeights: Readonly<Record<string, number>> = {
  'hard-ham-1': 2,
  'own-ham': 2,
  'own-phishing': 2,
  'own-spam': 2,
  'written-wanted': 4,
  'written-unwanted': 4,
}

export async function readSample(sample: Sample): Promise<ReadSample> {
  const stripped = await read(sample.bytes)
  const whole = sample.whole === sample.bytes ? stripped : await read(sample.whole)
  const { set, group, isSpam } = sample
  const example = { features: featuresOf(stripped), isSpam, group, weight: setWeights[set] ?? 1 }
  return { sample, example, whole, others: await scoreOfOthers(sample.whole) }
}

async function read(bytes: Buffer): Promise<Reading> {
  return readMessage(await parseMessage({ id: 'training', bytes, arrival, limits }))
}

/** The score that all checks together give a message with this model. */
export function judge({ whole, others }: ReadSample, model: Model): number {
  const { findings } = judgeReading(whole, model)
  return findings.reduce((sum, each) => sum + each.weight, others)
}

/** What the other checks say, as far as it can be known without asking anybody. */
async function scoreOfOthers(message: Buffer): Promise<number> {
  const request = {
    message,
    ip: '192.0.2.1',
    helo: '',
    mailFrom: '',
    rcptTo: [],
    dns: null,
    nowMs: now,
    timeMs: 30_000,
  }
  const { answer } = await scan(request)
  return answer.findings.reduce((sum, { check, weight }) => sum + (check === 'content' ? 0 : weight), 0)
}
