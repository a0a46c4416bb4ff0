import { type AccountView, routes } from '@mailkeep/contract'
import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { Form } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'

/** Sets or changes the own password. */
export function PasswordForm({ account }: { readonly account: AccountView }) {
  const change = useOrder(routes.changePassword, [routes.account])
  const [old, setOld] = useState('')
  const [password, setPassword] = useState('')
  const run = async () => {
    await change.give({ body: { password, ...(account.isPasswordAsked && { old }) } })
    setOld('')
    setPassword('')
    tellDone('The password is set. Your other sessions have ended.')
  }
  return (
    <Form submit="Set the password" run={run} isOff={password === ''}>
      {account.isPasswordAsked && (
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
      )}
      <PasswordInput
        label="New password"
        description="At least 12 characters; a few words are better than one odd word."
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </Form>
  )
}
