import { domainOf } from './trace-conditions.ts'

/** As domainOfName in platform/reach-names.ts has it. */
const domainOfName = `CASE WHEN value LIKE 'group:%' THEN substr(value, 7, instr(value, '/') - 7)
  WHEN value LIKE 'user:%' THEN ${domainOf('value')} ELSE value END`

/** Of a row of `managers`: ids of the tenants that his domains, groups and people are of, as JSON. */
export const ownersOfDomains = `(SELECT json_group_array(tenant) FROM (SELECT DISTINCT tenant FROM domains
    WHERE name IN (SELECT ${domainOfName} FROM json_each(managers.domains)) ORDER BY tenant))`
