import type { HistoryWork, WorkedOut, WorkOut } from '#services/history/work-out.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { PassingThread } from './passing-thread.ts'

export interface HistoryQuestion {
  readonly n: number
  readonly work: HistoryWork
}

export type HistoryAnswer = { readonly n: number } & (
  | { readonly done: WorkedOut }
  /** Of the documents. */
  | { readonly wrong: string }
  | { readonly fault: string }
)

/** Twenty thousand entries with their posts, several times. */
const heapMb = 1024
/** People wait for each; more are told to come again. */
const mostWaiting = 5

/** Works out the history in a thread that is there only while there is something to do. */
export function createHistoryWork(): WorkOut {
  let last = 0
  const waiting = new Map<number, PromiseWithResolvers<WorkedOut>>()
  const end = (n: number, settle: (one: PromiseWithResolvers<WorkedOut>) => void) => {
    const one = waiting.get(n)
    waiting.delete(n)
    if (one) settle(one)
    if (waiting.size === 0) thread.rest()
  }
  const thread = new PassingThread<HistoryQuestion, HistoryAnswer>({
    module: new URL('./history-thread.ts', import.meta.url),
    ...{ name: 'history', heapMb },
    hear: (answer) =>
      end(answer.n, ({ resolve, reject }) => {
        if ('done' in answer) resolve(answer.done)
        else reject('wrong' in answer ? new OrderError('wrong', answer.wrong) : new Error(answer.fault))
      }),
    lost(why) {
      for (const n of [...waiting.keys()]) end(n, ({ reject }) => reject(new Error(why)))
    },
  })
  return async (work) => {
    if (waiting.size >= mostWaiting)
      throw new OrderError('conflict', 'the history is being worked on; try again in a moment')
    const one = Promise.withResolvers<WorkedOut>()
    last += 1
    const n = last
    waiting.set(n, one)
    work().then(
      (given) => {
        thread.begin()
        thread.say({ n, work: given })
      },
      (cause) => end(n, ({ reject }) => reject(cause)),
    )
    return one.promise
  }
}
