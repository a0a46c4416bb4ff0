import { type AccountView, type AuthenticatorProposal, routes } from '@mailkeep/contract'
import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
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
  proposal,
  onDone,
  onCancel,
}: {
  readonly proposal: AuthenticatorProposal
  readonly onDone: (codes: readonly string[]) => void
  readonly onCancel: () => void
}) {
  const confirm = useOrder(routes.confirmAuthenticator, changes)
  const [code, setCode] = useState('')
  const run = async () => {
    const { codes } = await confirm.give({ body: { secret: proposal.secret, code } })
    onDone(codes)
  }
  return (
    <div className={classes.setup}>
      <QrCode rows={proposal.squares} label="QR code for your authenticator" />
      <Form submit="Set it up" run={run} onCancel={onCancel} isOff={code.trim() === ''}>
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
  const renew = useOrder(routes.renewRecoveryCodes, changes)
  const remove = useOrder(routes.removeAuthenticator, changes)
  const [wanted, setWanted] = useState<'codes' | 'remove' | null>(null)
  const [password, setPassword] = useState('')
  const run = async () => {
    const question = { body: account.hasPassword ? { password } : {} }
    if (wanted === 'codes') onCodes((await renew.give(question)).codes)
    else {
      await remove.give(question)
      tellDone('The authenticator is taken away.')
    }
    setPassword('')
    setWanted(null)
  }
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
      ) : (
        <Form
          submit={wanted === 'codes' ? 'Make new recovery codes' : 'Take the authenticator away'}
          run={run}
          onCancel={() => setWanted(null)}
        >
          {account.hasPassword && (
            <PasswordInput
              label="Present password"
              autoComplete="current-password"
              value={password}
              data-autofocus
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          )}
        </Form>
      )}
    </div>
  )
}
