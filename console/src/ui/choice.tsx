import classes from './choice.module.css'

/** One of a few, side by side: small buttons, of which one is pressed. */
export function Choice({
  label,
  choices,
  value,
  onChange,
}: {
  readonly label: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  return (
    <fieldset className={classes.group}>
      <legend className="mk-unseen">{label}</legend>
      {choices.map((each) => (
        <button
          key={each.value}
          type="button"
          className={classes.choice}
          aria-pressed={each.value === value}
          onClick={() => onChange(each.value)}
        >
          {each.label}
        </button>
      ))}
    </fieldset>
  )
}
