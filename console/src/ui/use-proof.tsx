import type { AccountView } from '@mailkeep/contract'
import { PasswordInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'

/** Proves again who somebody is, before it changes how he signs in. */
export interface Proof {
  /** As the API takes it. */
  readonly given: { readonly password?: string }
  readonly isMissing: boolean
  readonly field: ReactNode
}

/**
 * Asks for the present password; whoever has none, or came by a link, must have signed in just now, and the server says so.
 */
export function useProof(
  { hasPassword, isPasswordAsked }: Pick<AccountView, 'hasPassword' | 'isPasswordAsked'>,
  isFirst = false,
): Proof {
  const [password, setPassword] = useState('')
  if (!isPasswordAsked)
    return {
      given: {},
      isMissing: false,
      field: (
        <p className="mk-soft">
          {hasPassword ? 'You came by a link' : 'You have no password'}: this is possible for 30 minutes after
          you have signed in.
        </p>
      ),
    }
  return {
    given: { password },
    isMissing: password === '',
    field: (
      <PasswordInput
        label="Present password"
        autoComplete="current-password"
        value={password}
        {...(isFirst && { 'data-autofocus': true })}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    ),
  }
}
