import { useSearchParams } from 'react-router'
import { ProbeView } from '../features/probes/probe-view.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** One path that tries of our own take. */
export function Page() {
  const [parameters] = useSearchParams()
  const [component, path] = [parameters.get('component') ?? '', parameters.get('path') ?? '']
  return (
    <>
      <PageHead
        title={`${component.replaceAll('-', ' ')}: ${path}`}
        back={{ to: '/probes', label: 'Probes' }}
      />
      <ProbeView component={component} path={path} />
    </>
  )
}
