import { type BrandView, routes } from '@mailkeep/contract'
import { Button, FileButton } from '@mantine/core'
import { ImageUp } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { FaultNote } from '../../ui/notes.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './brand.module.css'
import { brandChanges } from './brand-form.tsx'

/** The logo of a level: shown as it is, put in its place, or taken away. */
export function LogoForm({ view }: { readonly view: BrandView }) {
  const change = useOrder(routes.changeLogo, brandChanges)
  const [fault, setFault] = useState<Error | null>(null)
  const query = { scope: `tenant:${view.tenant}` }
  const put = async (file: File | null) => {
    if (file === null) return
    setFault(null)
    try {
      await change.give({ query, body: { logo: await inBase64(file) } })
      tellDone('The logo is saved.')
    } catch (cause) {
      setFault(cause as Error)
    }
  }
  const remove = () =>
    void change
      .give({ query, body: { logo: null } })
      .then(() => tellDone('The logo is taken away; that of the level above is shown.'), tellFault)
  const { logo, name } = view.inForce
  return (
    <div className={classes.logo}>
      {logo === null ? (
        <p className="mk-soft">None: pages show the name.</p>
      ) : (
        <span className={classes.shown}>
          <img src={logo} alt={`Logo of ${name}`} />
        </span>
      )}
      {logo !== null && !view.own.hasLogo && <p className="mk-soft">It comes from the level above.</p>}
      {fault && <FaultNote fault={fault} />}
      <div className="mk-row">
        <FileButton accept="image/png,image/jpeg" onChange={(file) => void put(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              loading={change.isRunning}
              leftSection={<ImageUp size={14} aria-hidden />}
            >
              {view.own.hasLogo ? 'Put another one' : 'Choose a picture'}
            </Button>
          )}
        </FileButton>
        {view.own.hasLogo && (
          <Button variant="subtle" color="gray" onClick={remove}>
            Take it away
          </Button>
        )}
        <span className="mk-soft">PNG or JPEG, 250 × 60 pixels and 50 kB at most</span>
      </div>
    </div>
  )
}

/** A file as text. @throws Error where it is larger than any logo may be */
async function inBase64(file: File): Promise<string> {
  if (file.size > 50_000) throw new Error('A logo has at most 50 kB; this file is larger.')
  const bytes = new Uint8Array(await file.arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
