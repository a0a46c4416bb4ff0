import { Anchor } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { ApiFault, statusOf } from '../api/api-fault.ts'

/** What taking back answers where somebody has thought better of it: nothing is told then. */
export const notDone = Symbol('not done')

/** Says that something is done; where it can be taken back, with a button for a while. */
export function tellDone(text: string, undo?: () => Promise<unknown>): void {
  const id = notifications.show({
    message: (
      <>
        {text}{' '}
        {undo && (
          <Anchor
            component="button"
            size="sm"
            fw={600}
            onClick={() => {
              notifications.hide(id)
              undo().then((answer) => answer !== notDone && tellDone('Taken back.'), tellFault)
            }}
          >
            Undo
          </Anchor>
        )}
      </>
    ),
    autoClose: undo ? 12_000 : 5000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Close' },
  })
}

/** Says why something was not done. */
export function tellFault(fault: unknown): void {
  const [title, message] =
    fault instanceof ApiFault
      ? [fault.title, fault.detail]
      : ['This was not done', String((fault as Error).message)]
  notifications.show({
    title,
    message,
    color: 'red',
    autoClose: 12_000,
    withBorder: true,
    role: 'alert',
    'data-fault': statusOf(fault),
    closeButtonProps: { 'aria-label': 'Close' },
  })
}
