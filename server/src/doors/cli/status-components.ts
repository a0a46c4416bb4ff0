import { confirmSuspicion } from '#services/incidents/confirm-suspicion.ts'
import { endOverride, overrideMeasured } from '#services/status/judge-measured.ts'
import { putComponent, removeComponent } from '#services/status/put-component.ts'
import { putStandardComponents } from '#services/status/standard-components.ts'
import { type ComponentState, componentStates } from '#services/status/status-store.ts'
import { probedComponents } from '#services/watch/probe-store.ts'
import { UseError } from './arguments.ts'
import type { SiteCommand } from './site-command.ts'
import { oneOf, oneWord, publish, readWords, statusOrderOf, wordOptions, wordsHelp } from './status-words.ts'

export const componentVerb: SiteCommand = {
  name: 'component',
  summary: 'names a part of the service',
  help: `Usage: mailkeep status component ID --name TEXT [--text TEXT] [--parent ID] [--probe NAME]...
       mailkeep status component ID --remove
       mailkeep status component --standard
Names a part of the service on the status page, or changes its words. ID: small letters, digits and -.
  --parent    the component that it is a part of
  --probe     what measures it: ${probedComponents.join(', ')};
              without any it is told by hand
  --standard  puts the seven components of the platform on the page, with their parts and probes`,
  options: {
    name: { type: 'string' },
    text: { type: 'string' },
    parent: { type: 'string' },
    probe: { type: 'string', multiple: true },
    remove: { type: 'boolean' },
    standard: { type: 'boolean' },
  },
  async run(site, given, out) {
    const order = statusOrderOf(site)
    if (given.flag('standard')) {
      const added = await putStandardComponents(order)
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
    const [parent, probes] = [given.text('parent'), given.texts('probe')]
    const component = await putComponent(order, {
      ...{ id, name: given.text('name') ?? '', description: given.text('text') ?? '' },
      ...(parent !== undefined && { parent: parent === '' ? null : parent }),
      ...(probes.length > 0 && { probes }),
    })
    await publish(site)
    out.answer({ component }, `${id} is on the status page as "${component.name}".`)
    return 0
  },
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
      await endOverride(statusOrderOf(site), id)
      await publish(site)
      out.answer({ ended: id }, `What is measured of ${id} counts again.`)
      return 0
    }
    const hours = Number(given.text('hours') ?? '1')
    if (!Number.isFinite(hours)) throw new UseError('--hours is a number')
    const override = await overrideMeasured(statusOrderOf(site), id, {
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
    const incident = await confirmSuspicion(statusOrderOf(site), oneWord(given, 'a component'), {
      text: given.text('text') ?? '',
      ...readWords(given, Date.now()),
      ...(name !== undefined && { name }),
    })
    await publish(site)
    out.answer({ incident }, `The public is told of ${incident.id}: ${incident.name}`)
    return 0
  },
}
