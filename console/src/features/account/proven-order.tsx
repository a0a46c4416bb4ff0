import { type AccountView, routes } from '@mailkeep/contract'
import type { AnswerOf, Question } from '../../api/ask.ts'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { useProof } from './use-proof.tsx'

type Proven =
  | typeof routes.renewRecoveryCodes
  | typeof routes.removeAuthenticator
  | typeof routes.removePasskey

/** An order about the own account that needs nothing but a fresh proof of who gives it. */
export function ProvenOrder<const Route extends Proven>({
  account,
  route,
  params,
  submit,
  close,
  onDone,
}: {
  readonly account: AccountView
  readonly route: Route
  readonly params?: Question<Route>['params']
  readonly submit: string
  readonly close: () => void
  readonly onDone: (answer: AnswerOf<Route>) => void
}) {
  const proof = useProof(account, true)
  return (
    <DialogForm
      route={route}
      changes={[routes.account]}
      question={() => ({ ...(params && { params }), body: proof.given }) as Question<Route>}
      done={null}
      onDone={onDone}
      close={close}
      submit={submit}
      isOff={proof.isMissing}
    >
      {proof.field}
    </DialogForm>
  )
}
