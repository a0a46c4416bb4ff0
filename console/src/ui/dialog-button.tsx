import { Button, Modal } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useState } from 'react'

/** A button that opens a form in a dialog. */
export function DialogButton({
  label,
  icon: Icon,
  about,
  title = label,
  isMain = false,
  children,
}: {
  readonly label: string
  readonly icon?: LucideIcon
  /** What it is done to, for whoever does not see beside what the button stands. */
  readonly about?: string
  readonly title?: string
  readonly isMain?: boolean
  readonly children: (close: () => void) => ReactNode
}) {
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button
        variant={isMain ? 'filled' : 'default'}
        leftSection={Icon && <Icon size={14} aria-hidden />}
        {...(about !== undefined && { 'aria-label': `${label} ${about}` })}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={title}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {isOpen && children(close)}
      </Modal>
    </>
  )
}
