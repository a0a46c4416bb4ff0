import type {
  AntivirusSettings,
  Check,
  CheckResult,
  CheckTools,
  Finding,
  InspectedMessage,
} from '#flow/inspection/check.ts'
import { ScannerAway } from './clamd-exchange.ts'
import { awayFinding, fallback, findingFor } from './findings.ts'
import { holdsScannable, type Stream, streamsOf } from './scannable.ts'
import { type Scanned, ScannerPool } from './scanner-pool.ts'

/** Time beyond the scanner's own, in which another one can be asked. */
const spareMs = 5000

/**
 * Shows files and message to virus scanners (clamd) and says what they found. Each thread has its own view of which
 * scanners live, made anew when the settings change.
 *
 * A scanner that is away, hangs or answers an error says nothing about the message (P5): the finding is
 * `incomplete`, the message waits and is shown to it again.
 */
export function createAntivirus(): Check {
  let pool: { readonly settings: AntivirusSettings; readonly scanners: ScannerPool } | null = null
  const scannersFor = (settings: AntivirusSettings): ScannerPool => {
    if (pool === null || pool.settings !== settings) {
      pool?.scanners.close()
      pool = {
        settings,
        scanners: new ScannerPool(settings.backends, settings.timeoutMs, settings.signatures),
      }
    }
    return pool.scanners
  }
  return {
    name: 'antivirus',
    async run(message, tools) {
      const { antivirus } = tools.settings
      if (antivirus.backends.length === 0) return { findings: [] }
      return scanMessage(message, scannersFor(antivirus), tools)
    },
    ifUnavailable(_message, { antivirus }) {
      return antivirus.backends.length === 0 ? {} : fallback(antivirus.whileAway)
    },
    budgetMs: ({ antivirus }) => (antivirus.backends.length === 0 ? null : antivirus.timeoutMs + spareMs),
  }
}

async function scanMessage(
  message: InspectedMessage,
  scanners: ScannerPool,
  { settings, signal }: CheckTools,
): Promise<CheckResult> {
  const { scan, whileAway } = settings.antivirus
  const content = await message.content()
  const streams = streamsOf(message, content, scan)
  const findings: Finding[] = []
  let last: Scanned | null = null
  try {
    for (const stream of streams) {
      last = await scanners.scan(stream.open, signal)
      const found = findingFor(stream.name, last)
      if (found && !findings.some((each) => each.code === found.code)) findings.push(found)
      // Nothing that comes could change it any more.
      if (found?.kind === 'virus') break
    }
  } catch (cause) {
    if (!(cause instanceof ScannerAway)) throw cause
    findings.push(awayFinding(cause.message, holdsScannable(content), whileAway))
  }
  return { findings, facts: { antivirus: factsOf(streams, last) } }
}

function factsOf(streams: readonly Stream[], last: Scanned | null): object {
  return { streams: streams.length, ...(last && { backend: last.backend, ...last.version }) }
}
