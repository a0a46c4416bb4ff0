import { problems } from '../api-problem.ts'

/** What is changed may take longer than what is read: it is not asked for again so easily. */
const patience = 3

/**
 * What comes of work, or that it was not in time: a store that is away is said to be away, and it may still be done then.
 * @param storeWaitMs what an answer waits for the store that only reads
 * @throws ApiProblem 503
 */
export async function inTime<Answer>(work: Promise<Answer>, storeWaitMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          problems.notAvailable(
            'The store has not answered in time. Nothing of yours is wrong; what was asked may still be done.',
          ),
        ),
      patience * storeWaitMs,
    )
  })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
