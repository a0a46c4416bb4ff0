import { Kbd, Modal } from '@mantine/core'
import { useMemo, useState } from 'react'
import classes from './key-help.module.css'
import { type KeyAction, useKeys, useOfferedKeys } from './keys.ts'

/** `?`: the keys that do something on this page. */
export function KeyHelp() {
  const [isOpen, setOpen] = useState(false)
  const own = useMemo<KeyAction[]>(
    () => [{ key: '?', does: 'show these keys', run: () => setOpen(true) }],
    [],
  )
  useKeys(own)
  const offered = useOfferedKeys()
  const unique = [...new Map(offered.map((each) => [each.key, each])).values()]
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title="Keys on this page" size="sm">
      <dl className={classes.keys}>
        {unique.map(({ key, does }) => (
          <div key={key} className={classes.key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div className={classes.key}>
          <dt>
            <Kbd>Tab</Kbd>
          </dt>
          <dd>from one thing to the next</dd>
        </div>
      </dl>
    </Modal>
  )
}
