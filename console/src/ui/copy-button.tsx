import { ActionIcon, Button } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** Puts a text on the clipboard, and says so for a moment. */
export function CopyButton({
  text,
  what,
  label,
  isQuiet = false,
}: {
  readonly text: string
  /** Named for who cannot see it: `Copy the address`. */
  readonly what: string
  /** A word on the button, where it stands by itself. */
  readonly label?: string
  /** Left out of the order of the Tab key, in rows that have an action of their own. */
  readonly isQuiet?: boolean
}) {
  const [isDone, setDone] = useState(false)
  const copy = () => {
    void copyText(text).then(() => {
      setDone(true)
      window.setTimeout(() => setDone(false), 1500)
    })
  }
  const Icon = isDone ? Check : Copy
  if (label !== undefined)
    return (
      <Button
        variant="default"
        leftSection={<Icon size={14} aria-hidden />}
        aria-label={isDone ? 'Copied' : `Copy ${what}`}
        onClick={copy}
      >
        {isDone ? 'Copied' : label}
      </Button>
    )
  return (
    <ActionIcon
      size={20}
      aria-label={isDone ? 'Copied' : `Copy ${what}`}
      title={isDone ? 'Copied' : `Copy ${what}`}
      onClick={(event) => {
        event.preventDefault()
        event.stopPropagation()
        copy()
      }}
      {...(isQuiet && { tabIndex: -1 })}
    >
      <Icon size={13} aria-hidden />
    </ActionIcon>
  )
}

/** The clipboard of the browser is there only under https; a selection works everywhere. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
