import type { VersionEdit } from '@mailkeep/contract'
import classes from './policy.module.css'
import { stateText } from './version-words.ts'

/** One thing that a change of policy makes otherwise: as it was, and as it becomes. */
export function EditStates({ edit }: { readonly edit: VersionEdit }) {
  return (
    <section aria-label={edit.title}>
      <p className={classes.head}>{edit.title}</p>
      <div className={classes.diff}>
        <State title="before" text={stateText(edit.before, edit.after)} />
        <State title="after" text={stateText(edit.after, edit.before)} />
      </div>
    </section>
  )
}

function State({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div>
      <span className="mk-soft">{title}</span>
      {/* What is long is scrolled by keys too. */}
      <section className={classes.scrolled} aria-label={title} tabIndex={0}>
        <pre className={classes.state}>{text}</pre>
      </section>
    </div>
  )
}
