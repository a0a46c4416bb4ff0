import type { SendingAddressStory } from '@mailkeep/contract'
import { Progress } from '@mantine/core'
import { formatCount } from '../../ui/format-number.ts'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './addresses.module.css'

/** How far an address has grown, receiver by receiver; nothing for one that is warm. */
export function GrowthTable({ story: { warmUp, growth } }: { readonly story: SendingAddressStory }) {
  if (warmUp === null) return null
  return (
    <Section title="Warm-up" text="at the receivers that it carries most to">
      {growth.length === 0 ? (
        <p className="mk-soft">
          It has carried nothing yet: each receiver gets {formatCount(warmUp.start)} messages on the first
          day.
        </p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Receiver</th>
              <th scope="col">How far</th>
              <th scope="col">Today</th>
              <th scope="col">Allowed today</th>
            </tr>
          </thead>
          <tbody>
            {growth.map(({ receiver, allowed, today }) => (
              <tr key={receiver}>
                <td>
                  <bdi>{receiver === '*' ? 'all others' : receiver}</bdi>
                </td>
                <td className={classes.far}>
                  {allowed === null ? (
                    <Mark tone="good">warm</Mark>
                  ) : (
                    <Progress
                      value={farOf(warmUp, allowed)}
                      aria-label={`${receiver}: ${Math.round(farOf(warmUp, allowed))} % of the way to ${formatCount(warmUp.full)} a day`}
                    />
                  )}
                </td>
                <td>{formatCount(today)}</td>
                <td>{allowed === null ? 'no limit' : formatCount(allowed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

/** Percent of the way to the full volume, in good days: volumes grow by a factor. */
function farOf({ start, full }: { readonly start: number; readonly full: number }, allowed: number): number {
  const way = Math.log(Math.max(allowed, 1) / start) / Math.log(full / start)
  return Math.min(100, Math.max(2, way * 100))
}
