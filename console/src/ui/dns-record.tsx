import { CopyButton } from './copy-button.tsx'
import classes from './dns-record.module.css'
import { enteredValue } from './entered-value.ts'

/** A record to put into DNS: its name and its value, each copied with one click. */
export function DnsRecord({
  type,
  name,
  value,
  found = '',
}: {
  readonly type: string
  readonly name: string
  readonly value: string
  /** What stands there instead. */
  readonly found?: string
}) {
  const entered = enteredValue(type, value)
  return (
    <dl className={classes.record}>
      <dt>Kind</dt>
      <dd>
        <code>{type}</code>
      </dd>
      <dt>Name</dt>
      <dd>
        <code>{name}</code>
        <CopyButton text={name} what="the name" />
      </dd>
      <dt>Value</dt>
      <dd>
        <code>{entered}</code>
        <CopyButton text={entered} what="the value" />
      </dd>
      {found !== '' && (
        <>
          <dt>Found</dt>
          <dd>
            <code>{enteredValue(type, found)}</code>
          </dd>
        </>
      )}
    </dl>
  )
}
