import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * A question that is to be done once, however often it is asked: what is written while it is done is marked with its key
 * in the same transaction. It goes along with the work and not from hand to hand, since whatever a question leads to is
 * meant, and one that somebody forgot to hand it to would be done twice.
 */
const questions = new AsyncLocalStorage<string | undefined>()

/** Does the work of a question. @param key by which it is known when it is asked again */
export function doAskedOnce<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
  return questions.run(key, work)
}

/** Writes down that somebody has looked or tried, which is no change that could be done twice. */
export function besideQuestion<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  return questions.run(undefined, work)
}

/** Key of the question that is being done here; undefined: none that is done once. */
export function askedOnceKey(): string | undefined {
  return questions.getStore()
}
