import { problems } from '../api-problem.ts'

/** No answer takes longer than this: a store that is away is said to be away. */
const longestMs = 4500

/** What comes of work, or that it was not in time; it may still be done then. @throws ApiProblem 503 */
export async function inTime<Answer>(work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          problems.notAvailable(
            'The store has not answered in time. Nothing of yours is wrong; what was asked may still be done.',
          ),
        ),
      longestMs,
    )
  })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
