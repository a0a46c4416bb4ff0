import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import { Note } from './notes.tsx'
import classes from './secret-shown.module.css'

/** Something that is shown once: a link, a key, codes. It is gone when the dialog is closed. */
export function SecretShown({
  title,
  text,
  secrets,
  onClose,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly secrets: readonly string[]
  readonly onClose: () => void
  /** What else is needed to use it. */
  readonly children?: ReactNode
}) {
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={classes.body}>
        <Note tone="aside">{text}</Note>
        <ul className={classes.secrets}>
          {secrets.map((each) => (
            <li key={each}>
              <code>{each}</code>
            </li>
          ))}
        </ul>
        <div>
          <CopyButton text={secrets.join('\n')} what="what is shown" label="Copy" />
        </div>
        {children}
      </div>
    </Modal>
  )
}
