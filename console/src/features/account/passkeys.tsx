import { type AccountView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { ProvenOrder } from '../../ui/proven-order.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { useProof } from '../../ui/use-proof.tsx'
import classes from './account.module.css'

const changes = [routes.account]

/** Keys in the own devices: made, named, taken away. */
export function Passkeys({ account }: { readonly account: AccountView }) {
  const [isAdding, setAdding] = useState(false)
  return (
    <div className={classes.lines}>
      {account.passkeys.length === 0 ? (
        <p className={classes.text}>
          A passkey lies in a device of yours and opens by finger, face or code. It signs in alone, or comes
          after the password.
        </p>
      ) : (
        <ul className={classes.list}>
          {account.passkeys.map((each) => (
            <Passkey key={each.id} account={account} passkey={each} />
          ))}
        </ul>
      )}
      {isAdding ? (
        <AddPasskey account={account} onClose={() => setAdding(false)} />
      ) : (
        <div className={classes.buttons}>
          <Button variant="default" onClick={() => setAdding(true)}>
            Add a passkey
          </Button>
        </div>
      )}
    </div>
  )
}

function Passkey({
  account,
  passkey,
}: {
  readonly account: AccountView
  readonly passkey: AccountView['passkeys'][number]
}) {
  return (
    <li className={classes.line}>
      <span>
        <b>
          <bdi>{passkey.name}</bdi>
        </b>{' '}
        <span className="mk-soft">
          for {passkey.host}, last used {passkey.usedAt === null ? 'never' : <Moment at={passkey.usedAt} />}
        </span>
      </span>
      <DialogButton label="Remove" about={passkey.name} title={`Remove the passkey “${passkey.name}”?`}>
        {(close) => (
          <ProvenOrder
            account={account}
            route={routes.removePasskey}
            params={{ passkey: passkey.id }}
            submit="Remove the passkey"
            close={close}
            onDone={() => tellDone('The passkey is removed.')}
          >
            <p>It signs in no more; the device may still offer it. You can add it anew.</p>
          </ProvenOrder>
        )}
      </DialogButton>
    </li>
  )
}

function AddPasskey({ account, onClose }: { readonly account: AccountView; readonly onClose: () => void }) {
  const propose = useOrder(routes.proposePasskey)
  const add = useOrder(routes.addPasskey, changes)
  const [name, setName] = useState('')
  const proof = useProof(account)
  const run = async () => {
    const optionsJSON = await propose.give({ body: proof.given })
    const { startRegistration } = await import('@simplewebauthn/browser')
    const answer = await startRegistration({ optionsJSON: optionsJSON as never })
    await add.give({ body: { name: name.trim() || 'Passkey', answer: { ...answer } } })
    tellDone('The passkey is added.')
    onClose()
  }
  return (
    <Form submit="Add the passkey" run={run} onCancel={onClose} isOff={proof.isMissing}>
      <TextField
        name="name"
        label="Name"
        placeholder="Laptop"
        maxLength={60}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {proof.field}
    </Form>
  )
}
