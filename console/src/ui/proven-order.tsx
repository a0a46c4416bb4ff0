import { type AccountView, type ApiRoute, routes } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import type { AnswerOf, Question } from '../api/ask.ts'
import { DialogForm } from './dialog-form.tsx'
import { useProof } from './use-proof.tsx'

type Proven =
  | typeof routes.renewRecoveryCodes
  | typeof routes.removeAuthenticator
  | typeof routes.removePasskey
  | typeof routes.removeIdentityProvider

/** An order about how people sign in that needs nothing but a fresh proof of who gives it. */
export function ProvenOrder<const Route extends Proven>({
  account,
  route,
  params,
  query,
  changes = [],
  submit,
  close,
  onDone,
  children,
}: {
  readonly account: AccountView
  readonly route: Route
  readonly params?: Question<Route>['params']
  readonly query?: Question<Route>['query']
  /** What is asked for anew afterwards, beside the account. */
  readonly changes?: readonly ApiRoute[]
  readonly submit: string
  readonly close: () => void
  readonly onDone: (answer: AnswerOf<Route>) => void
  /** What it comes to. */
  readonly children?: ReactNode
}) {
  const proof = useProof(account, true)
  return (
    <DialogForm
      route={route}
      changes={[routes.account, ...changes]}
      question={() =>
        ({ ...(params && { params }), ...(query && { query }), body: proof.given }) as Question<Route>
      }
      done={null}
      onDone={onDone}
      close={close}
      submit={submit}
      isOff={proof.isMissing}
    >
      {children}
      {proof.field}
    </DialogForm>
  )
}
