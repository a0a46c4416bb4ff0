import { confirmSuspicion } from '#services/incidents/confirm-suspicion.ts'
import { endOverride, overrideMeasured } from '#services/status/judge-measured.ts'
import { type NewComponent, putComponent, removeComponent } from '#services/status/put-component.ts'
import { putStandardComponents } from '#services/status/standard-components.ts'
import { type ComponentState, componentStates } from '#services/status/status-store.ts'
import { probedComponents } from '#services/watch/probe-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { incidentOrderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'
import { oneOf, oneWord, publish, readWords, wordOptions, wordsHelp } from './status-words.ts'

export const componentVerb: SiteCommand = {
  name: 'component',
  summary: 'names a part of the service',
  help: `Usage: mailkeep status component ID [--name TEXT] [--text TEXT] [--parent ID] [--probe NAME]...
                                  [--after ID] [--hide|--show]
       mailkeep status component ID --remove
       mailkeep status component --standard
Names a part of the service on the status page, or changes it; what is not said stays. ID: small letters, digits and -.
  --parent    the component that it is a part of
  --probe     what measures it: ${probedComponents.join(', ')};
              without any it is told by hand
  --after     the component that it stands after; '' for the first place
  --hide      measured, and not shown to the public, with its parts; --show ends it
  --standard  puts the components of the platform that this site runs on the page, with their parts and probes`,
  options: {
    name: { type: 'string' },
    text: { type: 'string' },
    parent: { type: 'string' },
    probe: { type: 'string', multiple: true },
    after: { type: 'string' },
    hide: { type: 'boolean' },
    show: { type: 'boolean' },
    remove: { type: 'boolean' },
    standard: { type: 'boolean' },
  },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    if (given.flag('standard')) {
      const added = await putStandardComponents(order, site.loaded.config)
      await publish(site)
      out.answer({ components: added }, `${added.length} components were put on the status page.`)
      return 0
    }
    const id = oneWord(given, 'a component')
    if (given.flag('remove')) {
      await removeComponent(order, id)
      await publish(site)
      out.answer({ removed: id }, `${id} is no more on the status page.`)
      return 0
    }
    const component = await putComponent(order, wordsOf(id, given))
    await publish(site)
    const where = component.isHidden ? 'hidden from the public' : 'on the status page'
    out.answer({ component }, `${id} is ${where} as "${component.name}".`)
    return 0
  },
}

function wordsOf(id: string, given: Arguments): NewComponent {
  const [name, description, parent, after] = [
    ...[given.text('name'), given.text('text'), given.text('parent'), given.text('after')],
  ]
  const probes = given.texts('probe')
  const isHidden = given.flag('hide')
  if (isHidden && given.flag('show')) throw new UseError('--hide and --show: one of them')
  return {
    id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(parent !== undefined && { parent: parent || null }),
    ...(after !== undefined && { after: after || null }),
    ...(probes.length > 0 && { probes }),
    ...((isHidden || given.flag('show')) && { isHidden }),
  }
}

export const overrideVerb: SiteCommand = {
  name: 'override',
  summary: 'says how a component does, against what is measured',
  help: `Usage: mailkeep status override ID --state STATE --hours N --why TEXT
       mailkeep status override ID --end
Says for some hours, a week at most, how a component does, whatever is measured of it. Reason and author are in the
audit log and not on the page. States:
${componentStates.join(', ')}.`,
  options: {
    state: { type: 'string' },
    hours: { type: 'string' },
    why: { type: 'string' },
    end: { type: 'boolean' },
  },
  async run(site, given, out) {
    const id = oneWord(given, 'a component')
    if (given.flag('end')) {
      await endOverride(incidentOrderOf(site), id)
      await publish(site)
      out.answer({ ended: id }, `What is measured of ${id} counts again.`)
      return 0
    }
    const hours = Number(given.text('hours') ?? '1')
    if (!Number.isFinite(hours)) throw new UseError('--hours is a number')
    const override = await overrideMeasured(incidentOrderOf(site), id, {
      state: oneOf(componentStates, 'state', given.text('state') ?? '') as ComponentState,
      forMs: Math.round(hours * 3_600_000),
      why: given.text('why') ?? '',
    })
    await publish(site)
    out.answer({ override }, `${id} is shown as ${override.state} for ${hours} hours.`)
    return 0
  },
}

export const confirmVerb: SiteCommand = {
  name: 'confirm',
  summary: 'confirms what is suspected of a component',
  help: `Usage: mailkeep status confirm COMPONENT --text TEXT [--name TEXT]
Confirms what is suspected of a component: an incident is open from then on, since the first bad measurement.
${wordsHelp}`,
  options: { name: { type: 'string' }, text: { type: 'string' }, ...wordOptions },
  async run(site, given, out) {
    const name = given.text('name')
    const incident = await confirmSuspicion(incidentOrderOf(site), oneWord(given, 'a component'), {
      text: given.text('text') ?? '',
      ...readWords(given, Date.now()),
      ...(name !== undefined && { name }),
    })
    await publish(site)
    out.answer({ incident }, `The public is told of ${incident.id}: ${incident.name}`)
    return 0
  },
}
