import type { CheckResult, Finding, InspectedMessage, LastCheck } from './check.ts'

/**
 * Runs what comes after all checks, one after the other. One that throws or takes too long yields `unavailable`:
 * what it would have said is not known, so nothing is done for it and nothing against the message.
 */
export async function runLast(
  checks: readonly LastCheck[],
  message: InspectedMessage,
  found: readonly Finding[],
  budgetMs: number,
  timings: Record<string, number>,
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of checks) {
    const started = performance.now()
    results.push(await runOne(check, message, found, budgetMs))
    timings[check.name] = performance.now() - started
  }
  return results
}

async function runOne(
  check: LastCheck,
  message: InspectedMessage,
  found: readonly Finding[],
  budgetMs: number,
): Promise<CheckResult> {
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => {
      stop.abort()
      resolve(unavailable(check, `it took longer than ${budgetMs} ms`))
    }, budgetMs)
  })
  try {
    return await Promise.race([check.run(message, found, stop.signal), late])
  } catch (cause) {
    return unavailable(check, String((cause as Error).message))
  } finally {
    clearTimeout(timer)
  }
}

function unavailable({ name }: LastCheck, why: string): CheckResult {
  const text = `The check ${name} could not be made: ${why}.`
  return { findings: [{ check: name, code: `${name}-unavailable`, weight: 0, text, evidence: { why } }] }
}
