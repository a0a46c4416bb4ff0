import { routes, type TaughtDetail } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Eraser } from 'lucide-react'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './detection.module.css'
import { StageMark } from './stage-mark.tsx'

/** What a tenant has taught: how much, what was made of it, and what is missing. */
export function TaughtView({ taught }: { readonly taught: TaughtDetail }) {
  return (
    <div className="mk-stack">
      {!taught.isOn && (
        <Note tone="aside">
          Learning is switched off here or above: nothing is learnt, and what was learnt does not count.{' '}
          <ScopedLink to={`/policy?level=tenant:${taught.tenant}`}>Change it in its policy</ScopedLink>
        </Note>
      )}
      <Figures>
        <Figure label="reported as unwanted" value={taught.unwanted} />
        <Figure label="released as wanted" value={taught.wanted} />
        <Figure label="people" value={taught.people} />
      </Figures>
      {taught.missing !== null && <Note tone="none">Not enough to learn from yet: {taught.missing}.</Note>}
      <Section title="What was made of it" text="newest first">
        {taught.layers.length === 0 ? (
          <p className="mk-soft">Nothing yet. It is looked at again whenever somebody reports or releases.</p>
        ) : (
          <ul className={classes.layers}>
            {taught.layers.map((layer) => (
              <li key={layer.version} className={classes.layer}>
                <StageMark {...layer} />
                <span className="mk-soft">
                  since <Moment at={layer.since} form="since" />
                </span>
                <span>from {countOf(layer.examples, 'message')}</span>
                <span className={classes.why}>{layer.why}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  )
}

/** Forgets all of it, after a question. */
export function ResetLearning({ taught }: { readonly taught: TaughtDetail }) {
  const reset = useOrder(routes.resetLearning, [routes.taught, routes.taughtBy])
  const ask = async () => {
    const yes = await confirm({
      title: `Forget what ${taught.name} has taught?`,
      text: `${formatCount(taught.unwanted + taught.wanted)} reports and releases are forgotten; what was caught by them is judged anew.`,
      action: 'Forget all of it',
      undo: 'This cannot be taken back. Reports and releases from now on teach again.',
      isDangerous: true,
    })
    if (yes)
      await reset
        .give({ params: { tenant: taught.tenant }, body: {} })
        .then(() => tellDone('It is forgotten.'), tellFault)
  }
  return (
    <Button variant="default" leftSection={<Eraser size={14} aria-hidden />} onClick={() => void ask()}>
      Forget
    </Button>
  )
}
