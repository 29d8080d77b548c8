import { APPS } from "./seed/apps.ts";
import { CONNECTOR_OWNERS, CONNECTORS } from "./seed/connectors.ts";
import { generateApp, generatePerson } from "./seed/generated.ts";
import { PEOPLE } from "./seed/people.ts";
import { POLICIES } from "./seed/policies.ts";
import type { TenantState } from "./state.ts";

export { APPS, CONNECTORS, PEOPLE, POLICIES };

/** Creates a fresh tenant, plus as many generated people and apps as requested. */
export function seedState({ people = 0, apps = 0 }: { people?: number; apps?: number } = {}): TenantState {
  return structuredClone({
    tenantId: "2rQn7eU7sekzl0zaN0z6z35ZfFQ",
    users: [
      ...Object.values(PEOPLE),
      ...Array.from({ length: people }, (_, index) => generatePerson(index, PEOPLE.yuki)),
    ],
    policies: Object.values(POLICIES),
    apps: [
      ...Object.values(APPS),
      ...Array.from({ length: apps }, (_, index) => generateApp(index, APPS.slack)),
    ],
    appOwners: [
      { appId: APPS.hr.id, userId: PEOPLE.priya.id, visibleAt: 0 },
      { appId: APPS.hr.id, userId: PEOPLE.caller.id, visibleAt: 0 },
      { appId: APPS.finance.id, userId: PEOPLE.janeRoe.id, visibleAt: 0 },
      { appId: APPS.github.id, userId: PEOPLE.miguel.id, visibleAt: 0 },
      { appId: APPS.deleted.id, userId: PEOPLE.caller.id, visibleAt: 0 },
    ],
    connectors: Object.values(CONNECTORS),
    owners: [...CONNECTOR_OWNERS],
    entitlementOwners: [],
  });
}
