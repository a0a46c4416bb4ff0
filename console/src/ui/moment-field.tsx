import { TextField } from './form.tsx'

/** A moment of a form, in the zone of whoever looks. Empty: none. */
export function MomentField({
  name,
  label,
  description,
  value,
  onValue,
}: {
  readonly name: string
  readonly label: string
  readonly description?: string
  /** RFC 3339, or empty. */
  readonly value: string
  readonly onValue: (value: string) => void
}) {
  return (
    <TextField
      name={name}
      label={label}
      description={description}
      type="datetime-local"
      defaultValue={toLocal(value)}
      onText={(text) => onValue(fromLocal(text) ?? '')}
    />
  )
}

/** As the field of the browser wants it. */
export function toLocal(value: string): string {
  const at = Date.parse(value)
  if (Number.isNaN(at)) return ''
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export function fromLocal(text: string): string | undefined {
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
