import { type AccountView, type AuthenticatorProposal, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { ProvenOrder } from '../../ui/proven-order.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { useProof } from '../../ui/use-proof.tsx'
import classes from './account.module.css'
import { QrCode } from './qr-code.tsx'

const changes = [routes.account]

/** Six digits from an app: set up, taken away; and the recovery codes that stand in for it. */
export function Authenticator({ account }: { readonly account: AccountView }) {
  const propose = useOrder(routes.proposeAuthenticator)
  const [proposal, setProposal] = useState<AuthenticatorProposal | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const begin = () => void propose.give({ body: {} }).then(setProposal, tellFault)
  return (
    <>
      {account.hasAuthenticator ? (
        <Present account={account} onCodes={setCodes} />
      ) : proposal === null ? (
        <div className={classes.lines}>
          <p className={classes.text}>
            <Mark tone={account.passkeys.length > 0 ? 'none' : 'aside'}>not set up</Mark> Six digits from an
            app are asked for after the password.
          </p>
          <Button variant="default" onClick={begin} loading={propose.isRunning}>
            Set up an authenticator
          </Button>
        </div>
      ) : (
        <Confirm
          account={account}
          proposal={proposal}
          onCancel={() => setProposal(null)}
          onDone={(made) => {
            setProposal(null)
            setCodes(made)
          }}
        />
      )}
      {codes !== null && (
        <SecretShown
          title="Recovery codes"
          text="Keep them where you find them without your phone. Each works once. They are not shown again."
          secrets={codes.map((each) => `${each.slice(0, 6)}-${each.slice(6)}`)}
          onClose={() => setCodes(null)}
        />
      )}
    </>
  )
}

function Confirm({
  account,
  proposal,
  onDone,
  onCancel,
}: {
  readonly account: AccountView
  readonly proposal: AuthenticatorProposal
  readonly onDone: (codes: readonly string[]) => void
  readonly onCancel: () => void
}) {
  const confirm = useOrder(routes.confirmAuthenticator, changes)
  const [code, setCode] = useState('')
  const proof = useProof(account)
  const run = async () => {
    const { codes } = await confirm.give({ body: { secret: proposal.secret, code, ...proof.given } })
    onDone(codes)
  }
  return (
    <div className={classes.setup}>
      <QrCode rows={proposal.squares} label="QR code for your authenticator" />
      <Form submit="Set it up" run={run} onCancel={onCancel} isOff={code.trim() === '' || proof.isMissing}>
        <p className={classes.text}>
          Show this picture to your authenticator, or type <code>{proposal.secret}</code> into it. Then type
          the code that it shows. Your other sessions end.
        </p>
        <TextField
          name="code"
          label="Code"
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          data-autofocus
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {proof.field}
      </Form>
    </div>
  )
}

function Present({
  account,
  onCodes,
}: {
  readonly account: AccountView
  readonly onCodes: (codes: readonly string[]) => void
}) {
  const [wanted, setWanted] = useState<'codes' | 'remove' | null>(null)
  const close = () => setWanted(null)
  return (
    <div className={classes.lines}>
      <p className={classes.text}>
        <Mark tone="good">set up</Mark> {account.recoveryCodes} recovery codes are left.
      </p>
      {wanted === null ? (
        <div className={classes.buttons}>
          <Button variant="default" onClick={() => setWanted('codes')}>
            Make new recovery codes
          </Button>
          <Button variant="default" onClick={() => setWanted('remove')}>
            Take it away
          </Button>
        </div>
      ) : wanted === 'codes' ? (
        <ProvenOrder
          account={account}
          route={routes.renewRecoveryCodes}
          submit="Make new recovery codes"
          close={close}
          onDone={({ codes }) => onCodes(codes)}
        />
      ) : (
        <ProvenOrder
          account={account}
          route={routes.removeAuthenticator}
          submit="Take the authenticator away"
          close={close}
          onDone={() => tellDone('The authenticator is taken away.')}
        />
      )}
    </div>
  )
}
