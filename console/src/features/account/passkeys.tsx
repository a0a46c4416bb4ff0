import { type AccountView, routes } from '@mailkeep/contract'
import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
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
            <Passkey key={each.id} passkey={each} />
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

function Passkey({ passkey }: { readonly passkey: AccountView['passkeys'][number] }) {
  const remove = useOrder(routes.removePasskey, changes)
  const take = async () => {
    const yes = await confirm({
      title: `Remove the passkey “${passkey.name}”?`,
      action: 'Remove the passkey',
      undo: 'It signs in no more; the device may still offer it. You can add it anew.',
      isDangerous: true,
    })
    if (!yes) return
    await remove
      .give({ params: { passkey: passkey.id } })
      .then(() => tellDone('The passkey is removed.'), tellFault)
  }
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
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => void take()}
        aria-label={`Remove ${passkey.name}`}
      >
        Remove
      </Button>
    </li>
  )
}

function AddPasskey({ account, onClose }: { readonly account: AccountView; readonly onClose: () => void }) {
  const propose = useOrder(routes.proposePasskey)
  const add = useOrder(routes.addPasskey, changes)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const run = async () => {
    const optionsJSON = await propose.give({ body: account.hasPassword ? { password } : {} })
    const { startRegistration } = await import('@simplewebauthn/browser')
    const answer = await startRegistration({ optionsJSON: optionsJSON as never })
    await add.give({ body: { name: name.trim() || 'Passkey', answer: { ...answer } } })
    tellDone('The passkey is added.')
    onClose()
  }
  return (
    <Form submit="Add the passkey" run={run} onCancel={onClose}>
      <TextField
        name="name"
        label="Name"
        placeholder="Laptop"
        maxLength={60}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {account.hasPassword && (
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
    </Form>
  )
}
