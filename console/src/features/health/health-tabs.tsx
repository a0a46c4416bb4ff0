import { useMay } from '../../session/who.tsx'
import { LinkTabs } from '../../ui/link-tabs.tsx'

const tabs = [
  { name: 'now', label: 'now', to: '/health', right: 'mail.read' },
  { name: 'incidents', label: 'incidents', to: '/incidents', right: 'mail.read' },
  { name: 'status', label: 'status page', to: '/status-page', right: 'site.read' },
  { name: 'probes', label: 'probes and findings', to: '/probes', right: 'site.read' },
] as const

/** The pages about how the service does. */
export function HealthTabs({ here }: { readonly here: (typeof tabs)[number]['name'] }) {
  const seesHouse = useMay('site.read')
  return (
    <LinkTabs
      label="Parts of health"
      tabs={tabs
        .filter(({ right }) => right === 'mail.read' || seesHouse)
        .map(({ name, label, to }) => ({ label, to, isHere: name === here }))}
    />
  )
}
