import { type PastIncident, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './history.module.css'
import { historyChanges } from './import-documents.tsx'

type Entry = PastIncident['entries'][number]

/** The entries of documents that tell of one incident; one that was merged wrongly is taken out, and put back. */
export function EntriesSection({ incident }: { readonly incident: PastIncident }) {
  const { entries, mergedBecause, provenance } = incident
  const mayWrite = useMay('site.write')
  return (
    <Section title="Where it is told" text={mergedBecause.join(', ')}>
      <ul className={classes.entries}>
        {entries.map((each) => (
          <li key={`${each.file}:${each.line} ${each.id}`}>
            <span>
              {each.file}:{each.line} <span className="mk-soft">{each.form.replace('-', ' ')}</span>
              {each.isApart && <span className="mk-soft">, kept apart by hand</span>}
            </span>
            {mayWrite && each.id !== null && (entries.length > 1 || each.isApart) && <Apart entry={each} />}
          </li>
        ))}
      </ul>
      <Facts
        facts={provenance.map(({ field, entries: from }) => [
          field,
          from.map((each) => `${each.file}:${each.line}`).join(', '),
        ])}
      />
    </Section>
  )
}

function Apart({ entry: { id, file, line, isApart } }: { readonly entry: Entry }) {
  const give = useOrder(routes.separateHistoryEntry, historyChanges)
  const go = useGo()
  const run = async () => {
    try {
      const own = await give.give({ params: { entry: id ?? '' }, body: { isApart: !isApart } })
      tellDone(isApart ? 'It may be merged again.' : 'It is an incident of its own now.')
      go(`/history/${own.id}`)
    } catch (fault) {
      tellFault(fault)
    }
  }
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={give.isRunning}
      aria-label={`${isApart ? 'Merge again' : 'Keep apart'}: ${file}:${line}`}
      onClick={() => void run()}
    >
      {isApart ? 'Merge again' : 'Keep apart'}
    </Button>
  )
}
