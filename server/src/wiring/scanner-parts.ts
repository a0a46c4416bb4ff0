import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readClamdAddress } from '#flow/checks/antivirus/clamd-address.ts'
import { askClamd } from '#flow/checks/antivirus/clamd-exchange.ts'
import { foundKind, readScanReply } from '#flow/checks/antivirus/clamd-reply.ts'
import { probeName, readVersion, versionProbe } from '#flow/checks/antivirus/scanner-version.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { SignatureFolder } from '#ground/storage/scanners/signature-folder.ts'
import type { Proof, ScannerControl, ScannerParts } from '#services/scanners/scanner-parts.ts'
import { readGoldenSamples } from './golden-samples.ts'

/** A slow set on a busy machine takes seconds for a message, and is to be told as slow. */
const answerMs = 30_000
/** The test string of all scanners, in two parts so that no scanner stops at this file. */
const eicar = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
)
/** Clean messages that a set must find nothing in. */
const mostSamples = 20

/** What the verbs of services/scanners need, for the server and for commands alike. */
export function createScannerParts(config: Config, alarms: Alarms): ScannerParts {
  const folder = config['antivirus.signatures']
  return {
    sets: folder === '' ? null : new SignatureFolder(folder, probeLine),
    scanners: controlOf(config),
    source: () => config['antivirus.signaturesSource'],
    publicKey: () => readFileSync(config['antivirus.signaturesKey'], 'utf8'),
    alarms,
    now: () => Date.now(),
  }
}

/** By this line a scanner that has loaded a set finds the probe under the name of the set. */
function probeLine(version: string): string {
  const md5 = createHash('md5').update(versionProbe).digest('hex')
  return `${md5}:${versionProbe.length}:${probeName}${version}`
}

function controlOf(config: Config): ScannerControl {
  const ask = (name: string, command: 'RELOAD' | 'VERSION' | 'STATS' | 'INSTREAM', bytes: Buffer | null) =>
    askClamd(readClamdAddress(name), command, bytes && [bytes], AbortSignal.timeout(answerMs))
  let read: readonly string[] | null = null
  const samples = () => (read ??= readCleanSamples())
  const look = async (name: string, at: number) => {
    const bytes = neverSeen(samples()[at] ?? '')
    const started = performance.now()
    const reply = readScanReply(await ask(name, 'INSTREAM', bytes))
    return { reply, ms: performance.now() - started }
  }
  return {
    names: () => config['antivirus.backends'],
    async reload(name) {
      await ask(name, 'RELOAD', null)
    },
    async loaded(name) {
      const [probe, version] = await Promise.all([
        ask(name, 'INSTREAM', versionProbe),
        ask(name, 'VERSION', null),
      ])
      return readVersion(readScanReply(probe), version).definitions
    },
    async prove(name): Promise<Proof> {
      const found: string[] = []
      const timesMs: number[] = []
      for (const at of samples().keys()) {
        const { reply, ms } = await look(name, at)
        timesMs.push(ms)
        if (reply.kind === 'found' && foundKind(reply.name) === 'malware') found.push(reply.name)
      }
      const [probe, version, control, megabytes] = await Promise.all([
        ask(name, 'INSTREAM', versionProbe),
        ask(name, 'VERSION', null),
        ask(name, 'INSTREAM', eicar),
        this.megabytes(name),
      ])
      return {
        version: readVersion(readScanReply(probe), version).definitions,
        found,
        caught: readScanReply(control).kind === 'found' ? ['EICAR'] : [],
        ...{ timesMs, p95Ms: Math.max(0, ...timesMs), megabytes },
      }
    },
    time: async (name, message) => (await look(name, message)).ms,
    async megabytes(name) {
      return Number(/pools_used ([\d.]+)M/.exec(await ask(name, 'STATS', null))?.[1] ?? 0)
    },
  }
}

function readCleanSamples(): string[] {
  return readGoldenSamples()
    .filter((each) => each.kind === 'clean')
    .slice(0, mostSamples)
    .map((each) => each.message)
}

/** The same message with a word of its own in each part: a scanner knows again what it has seen, and looks no more. */
function neverSeen(message: string): Buffer {
  const word = randomBytes(8).toString('hex')
  return Buffer.from(message.replace(/\r?\n\r?\n/g, (blank) => `${blank}${word}\r\n`))
}
