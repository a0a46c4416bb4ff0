import { Button, TextInput, type TextInputProps } from '@mantine/core'
import {
  type ChangeEvent,
  createContext,
  type ReactNode,
  type SubmitEvent,
  useContext,
  useState,
} from 'react'
import { ApiFault } from '../api/api-fault.ts'
import classes from './form.module.css'
import { FaultNote } from './notes.tsx'

const FaultContext = createContext<Error | null>(null)

/**
 * A form that gives an order: while it runs the button waits, and what the server says against it stands beside the
 * field that it names, or above the button.
 */
export function Form({
  children,
  submit,
  run,
  onCancel,
  isOff = false,
}: {
  readonly children: ReactNode
  /** What the button does: `Add the manager`. */
  readonly submit: string
  readonly run: () => Promise<unknown>
  readonly onCancel?: () => void
  readonly isOff?: boolean
}) {
  const [fault, setFault] = useState<Error | null>(null)
  const [isRunning, setRunning] = useState(false)
  const send = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    setRunning(true)
    setFault(null)
    try {
      await run()
    } catch (cause) {
      setFault(cause as Error)
    }
    setRunning(false)
  }
  return (
    <FaultContext value={fault}>
      <form className={classes.form} onSubmit={(event) => void send(event)} noValidate>
        {children}
        {fault && fieldOf(fault) === null && <FaultNote fault={fault} />}
        <div className={classes.buttons}>
          <Button type="submit" loading={isRunning} disabled={isOff}>
            {submit}
          </Button>
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
        </div>
      </form>
    </FaultContext>
  )
}

/** What the server says against a field of the form around it; undefined: nothing. */
export function useFieldFault(name: string): string | undefined {
  const fault = useContext(FaultContext)
  if (fault === null || fieldOf(fault) !== name) return undefined
  return (fault as ApiFault).detail.replace(/^(body|querystring|params)\/\S+ /, '')
}

/** One line of text of a form. */
export function TextField({
  name,
  onText,
  ...others
}: TextInputProps & { readonly name: string; readonly onText?: (text: string) => void }) {
  const fault = useFieldFault(name)
  const told = onText && {
    onChange: (event: ChangeEvent<HTMLInputElement>) => onText(event.currentTarget.value),
  }
  return <TextInput name={name} error={fault} {...told} {...others} />
}

/** The field that a fault is about: the server writes `body/nextHop must ...`. */
function fieldOf(fault: Error): string | null {
  if (!(fault instanceof ApiFault) || fault.status !== 400) return null
  return /^(?:body|querystring|params)\/([^/\s]+)/.exec(fault.detail)?.[1] ?? null
}
