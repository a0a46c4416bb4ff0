import type { CheckSettings } from './check.ts'

/** Settings of checks as they are by default where nobody outside may be asked: for commands and tests. */
export const plainSettings: CheckSettings = {
  host: 'scan.invalid',
  off: [],
  maxMimeDepth: 100,
  maxMimeParts: 10_000,
  maxReceived: 50,
  maxPasses: 3,
  maxHeaderBytes: 512 << 10,
  dmarc: 'enforce',
  temperror: 'deliver',
  arcTrusted: [],
  arcSeal: null,
  traceKey: '',
  lists: {
    ask: [],
    off: [],
    timeoutMs: 1500,
    probationMs: 300_000,
    mostPerList: 150,
    mostShared: 50,
    sharedSenders: [],
  },
  antivirus: { backends: [], timeoutMs: 30_000, scan: 'both', whileAway: 'wait', signatures: '' },
  links: {
    follow: 'off',
    shorteners: [],
    resultAgeMs: 86_400_000,
    newForMs: 86_400_000,
    learnForMs: 14 * 86_400_000,
    listsOff: [],
    listMaxAgeMs: 7 * 86_400_000,
  },
}
