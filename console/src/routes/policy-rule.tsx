export { RulePage as Page } from '../features/policy/rule-page.tsx'
