import { StoreError } from '#ground/platform/store-error.ts'
import { problems } from '../api-problem.ts'

/** The answer of the index; where it cannot be asked, a problem that says so: mail and its story are not touched. */
export async function orAway<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause
    throw problems.notAvailable(
      `Messages cannot be searched at the moment: ${cause.message}. Mail flows, and each message can be looked at by its id.`,
    )
  }
}
