import type { ApiRoute } from '@mailkeep/contract'
import { type ReactNode, useState } from 'react'
import type { AnswerOf, Question } from '../api/ask.ts'
import { useOrder } from '../session/use-order.ts'
import { Form } from './form.tsx'
import { tellDone } from './toast.tsx'

/**
 * A form in a dialog that gives one order: it says what was done and closes, or stays with what the server says against
 * it. Where `seen` is given, a change that somebody else has made since the form was opened is not written over.
 */
export function DialogForm<const Route extends ApiRoute>({
  route,
  changes,
  question,
  seen,
  done,
  onDone,
  close,
  submit,
  isOff = false,
  children,
}: {
  readonly route: Route
  /** What is asked for anew afterwards. */
  readonly changes: readonly ApiRoute[]
  /** Called when the button is pressed. */
  readonly question: () => Omit<Question<Route>, 'signal' | 'key' | 'ifMatch'>
  /** `tagOf` what the form began with. */
  readonly seen?: string | undefined
  /** What the toast says; null: `onDone` says it. */
  readonly done: string | ((answer: AnswerOf<Route>) => string) | null
  readonly onDone?: (answer: AnswerOf<Route>) => void
  readonly close: () => void
  readonly submit: string
  readonly isOff?: boolean
  readonly children: ReactNode
}) {
  const [ifMatch] = useState(seen)
  const order = useOrder(route, changes)
  const run = async () => {
    const asked = { ...question(), ...(ifMatch !== undefined && { ifMatch }) } as Parameters<
      typeof order.give
    >[0]
    const answer = await order.give(asked)
    if (done !== null) tellDone(typeof done === 'string' ? done : done(answer))
    close()
    onDone?.(answer)
  }
  return (
    <Form submit={submit} run={run} onCancel={close} isOff={isOff}>
      {children}
    </Form>
  )
}
