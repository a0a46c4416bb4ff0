import { CopyButton } from './copy-button.tsx'
import classes from './dns-record.module.css'

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
        <code>{value}</code>
        <CopyButton text={value} what="the value" />
      </dd>
      {found !== '' && (
        <>
          <dt>Found</dt>
          <dd>
            <code>{found}</code>
          </dd>
        </>
      )}
    </dl>
  )
}
