import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const python = '/usr/bin/python3'
const script = new URL('dkimpy.py', import.meta.url).pathname

export const dkimpyInstalled = existsSync('/usr/lib/python3/dist-packages/dkim/tests/test_dkim.py')

/** One message that dkimpy's own tests verify, with the DNS they gave it and what dkimpy said. */
export interface DkimpyCase {
  readonly test: string
  readonly kind: 'dkim' | 'arc'
  readonly message: string
  readonly dns: Readonly<Record<string, string | null>>
  readonly minkey: number
  /** For dkim whether it verifies, for arc the chain status. */
  readonly said: boolean | string
}

export interface DkimpyRecord {
  readonly tests: number
  readonly failed: number
  readonly cases: readonly DkimpyCase[]
}

/** Runs dkimpy's tests in place and collects what they verify. */
export function recordDkimpy(): DkimpyRecord {
  const lines = runScript('record', '').map((line) => JSON.parse(line))
  const [{ tests, failed }, ...cases] = lines
  return { tests, failed, cases }
}

/** What dkimpy says about messages that we signed or sealed. */
export function askDkimpy(
  questions: readonly { message: string; dns: Record<string, string>; kind: 'dkim' | 'arc' }[],
): (boolean | string)[] {
  const input = questions.map((each) => `${JSON.stringify(each)}\n`).join('')
  return runScript('verify', input).map((line) => JSON.parse(line).said)
}

function runScript(mode: string, input: string): string[] {
  return execFileSync(python, [script, mode], { input, encoding: 'utf8', maxBuffer: 1 << 26 })
    .trimEnd()
    .split('\n')
}
