/** What was waited for did not come true in time: the machine was too busy, or it never does. A second try tells. */
export class WaitedInVain extends Error {
  constructor(what: string, timeoutMs: number) {
    super(`waited ${timeoutMs} ms in vain: ${what}`)
  }
}

/**
 * Waits for a condition; never longer than it takes. A busy machine may take its time, so the longest wait is generous:
 * it costs nothing where the condition comes true early.
 * @param what a text, or what tells it when it was in vain: with what was seen last
 * @throws WaitedInVain naming what did not come true in time
 */
export async function waitUntil<Answer>(
  what: string | (() => string),
  condition: () => Answer | Promise<Answer>,
  timeoutMs = 60_000,
  everyMs = 20,
): Promise<NonNullable<Exclude<Answer, false>>> {
  const until = Date.now() + timeoutMs
  for (;;) {
    const asked = Date.now()
    const answer = await condition()
    if (answer) return answer as NonNullable<Exclude<Answer, false>>
    if (Date.now() > until) throw new WaitedInVain(typeof what === 'string' ? what : what(), timeoutMs)
    // Asking must not take the machine from what is waited for: a fifth of the time at most, as long as that is soon.
    const restMs = Math.max(everyMs, Math.min(500, 4 * (Date.now() - asked)))
    await new Promise((resolve) => setTimeout(resolve, restMs))
  }
}
