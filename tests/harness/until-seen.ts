import { waitUntil } from './wait-until.ts'

/**
 * Asks until the answer is not 503, which a console gives within two seconds where its store was not quick enough: for what
 * only reads, or may be said twice. What was begun goes on, so an order may be done though it was answered so.
 */
export function untilSeen<Answer extends { readonly code: number } | { readonly status: number }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return waitUntil(
    'the console has time',
    async () => {
      const answer = await ask()
      return ('code' in answer ? answer.code : answer.status) !== 503 && answer
    },
    60_000,
    250,
  ) as Promise<Answer>
}
