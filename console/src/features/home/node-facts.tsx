import type { Overview } from '@mailkeep/contract'
import { Facts } from '../../ui/facts.tsx'
import { formatBytes } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { outlookWords } from '../../ui/outlook-words.ts'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'

/** How this node is, for whoever looks after the house. */
export function NodeFacts({ overview: { node, newestEventAt } }: { readonly overview: Overview }) {
  if (node === null) return null
  const unknown = <Mark tone="none">unknown</Mark>
  return (
    <Section title="This node">
      <Facts
        facts={[
          ['Name', <bdi key="name">{node.name}</bdi>],
          ['Version', node.version],
          ['Running since', <Moment key="since" at={node.startedAt} form="since" />],
          ['Roles', node.roles.join(', ')],
          [
            'Newest event',
            newestEventAt.missing ? (
              unknown
            ) : newestEventAt.value === null ? (
              'none yet'
            ) : (
              <Moment key="event" at={newestEventAt.value} />
            ),
          ],
          [
            'Directory snapshot',
            node.snapshotCheckedAt === null ? (
              <Mark key="snapshot" tone="bad">
                there is none yet
              </Mark>
            ) : (
              <span key="snapshot">
                checked <Moment at={node.snapshotCheckedAt} />
              </span>
            ),
          ],
          [
            'Disk',
            `${node.diskPercent} % full, ${formatBytes(node.diskFreeBytes)} free; ${outlookWords(node.diskFull, 'full', 'at its limit: new mail is refused')}`,
          ],
        ]}
      />
    </Section>
  )
}
