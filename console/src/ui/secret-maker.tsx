import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { DialogButton } from './dialog-button.tsx'
import { SecretShown } from './secret-shown.tsx'

/** A button with a form behind it, and the secret that comes of it, shown this once. */
export function SecretMaker({
  label,
  icon,
  title = label,
  told,
  children,
}: {
  readonly label: string
  readonly icon: LucideIcon
  readonly title?: string
  /** What stands above the secret. */
  readonly told: (about: string) => {
    readonly title: string
    readonly text: string
    /** What stands below it. */
    readonly children?: ReactNode
  }
  /** The form. `onDone` closes it, with its secret and what that is of; null: there is none. */
  readonly children: (onDone: (secret: string | null, about?: string) => void, close: () => void) => ReactNode
}) {
  const [made, setMade] = useState<{ secret: string; about: string } | null>(null)
  return (
    <>
      <DialogButton label={label} title={title} icon={icon} isMain>
        {(close) =>
          children((secret, about = '') => {
            close()
            if (secret !== null) setMade({ secret, about })
          }, close)
        }
      </DialogButton>
      {made && <SecretShown {...told(made.about)} secrets={[made.secret]} onClose={() => setMade(null)} />}
    </>
  )
}
