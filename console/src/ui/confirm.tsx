import { Button, getDefaultZIndex, Modal } from '@mantine/core'
import { type ReactNode, useSyncExternalStore } from 'react'
import classes from './confirm.module.css'
import { isFocusNowhere } from './is-focus-nowhere.ts'

export interface Question {
  /** What is about to happen, with its number: `Delete 12 messages?` */
  readonly title: string
  readonly text?: ReactNode
  /** The button says what happens: `Delete 12 messages`. */
  readonly action: string
  /** Whether it can be taken back, and how. */
  readonly undo: string
  readonly isDangerous?: boolean
  /** What the other button says, where it is more than `Cancel`. */
  readonly later?: string
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void
}

let asked: Asked | null = null
const listeners = new Set<() => void>()

function show(next: Asked | null): void {
  asked = next
  for (const each of listeners) each()
}

/** Asks before something is done: says how many, and whether it can be taken back. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false)
  const opener = openerOf(document.activeElement)
  return new Promise((resolve) => {
    show({
      ...question,
      answer: (yes) => {
        show(null)
        resolve(yes)
        window.setTimeout(() => isFocusNowhere() && opener?.focus(), returnMs)
      },
    })
  })
}

/** After the dialog has tried to give the focus back itself. */
const returnMs = 50

/** Where the focus belongs after a question: a menu is gone by then, and its button is not. */
function openerOf(asking: Element | null): HTMLElement | null {
  const menu = asking?.closest('[role=menu]')
  return menu
    ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '')
    : (asking as HTMLElement | null)
}

/** Where those questions stand; once on the page. */
export function ConfirmHost() {
  const question = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => asked,
  )
  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.answer(false)}
      title={question?.title}
      size="md"
      withCloseButton={false}
      // Asked from within a dialog it stands before it.
      zIndex={getDefaultZIndex('popover')}
    >
      {question && (
        <div className={classes.body}>
          {question.text}
          <p className="mk-soft">{question.undo}</p>
          <div className={classes.buttons}>
            <Button variant="default" onClick={() => question.answer(false)}>
              {question.later ?? 'Cancel'}
            </Button>
            <Button
              data-autofocus
              {...(question.isDangerous && { color: 'red.8' })}
              onClick={() => question.answer(true)}
            >
              {question.action}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}
