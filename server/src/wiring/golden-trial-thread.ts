import { parentPort, workerData } from 'node:worker_threads'
import { checks } from '#flow/checks/catalog.ts'
import { type Definitions, readDefinitions } from '#flow/inspection/definitions.ts'
import type { GoldenResult } from '#services/definitions/definition-parts.ts'
import { type GoldenSample, readGoldenSamples } from './golden-samples.ts'
import type { GoldenAnswer, GoldenTrial } from './run-golden.ts'
import { scan } from './scan-message.ts'

// What a thread of run-golden.ts runs.
const { content, activeContent, files } = workerData as GoldenTrial
parentPort?.postMessage(await answer())

async function answer(): Promise<GoldenAnswer> {
  const set = read(content)
  const wrong = faultOf(set)
  return wrong === null ? { result: await compare(set, read(activeContent)) } : { wrong }
}

function read(json: string): Definitions {
  return readDefinitions(json, (name, { sha256 }) => {
    const file = files.get(sha256)
    if (!file) throw new Error(`the file ${name} is missing`)
    return Buffer.from(file)
  })
}

/** What a check that reads a file of data says against it; null: nothing. */
function faultOf(set: Definitions): string | null {
  for (const [name, bytes] of set.files)
    for (const check of checks.filter(({ data }) => data?.includes(name)))
      try {
        check.checkData?.(name, bytes)
      } catch (cause) {
        return `${name} cannot be read: ${(cause as Error).message}`
      }
  return null
}

/** Most samples are judged right: then it is of no account what the active set says of them. */
async function compare(set: Definitions, active: Definitions): Promise<GoldenResult> {
  const samples = readGoldenSamples()
  const wrong: GoldenSample[] = []
  for (const sample of samples) {
    const isKept = await keeps(set, sample)
    if (isKept !== (sample.kind === 'bad') && isKept !== (await keeps(active, sample))) wrong.push(sample)
  }
  const names = (kind: GoldenSample['kind']) =>
    wrong.filter((each) => each.kind === kind).map(({ name }) => name)
  return {
    wronglyKept: names('clean'),
    missed: names('bad'),
    clean: samples.filter((each) => each.kind === 'clean').length,
    bad: samples.filter((each) => each.kind === 'bad').length,
  }
}

/** Whether a set keeps a sample from its recipients. */
async function keeps(definitions: Definitions, { message }: GoldenSample): Promise<boolean> {
  const { answer: found } = await scan({
    message: Buffer.from(message),
    ip: '192.0.2.1',
    helo: 'client.example',
    mailFrom: 'sender@client.example',
    rcptTo: ['recipient@site.example'],
    dns: null,
    nowMs: Date.parse('2026-01-15T12:00:00Z'),
    timeMs: 10_000,
    definitions,
  })
  return found.disposition !== 'deliver'
}
