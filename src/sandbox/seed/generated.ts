import { deriveId } from "../ids.ts";
import type { AppRow, UserRow } from "../state.ts";

const FIRST = [
  "Ada",
  "Boris",
  "Carla",
  "Dmitri",
  "Elena",
  "Farid",
  "Greta",
  "Hugo",
  "Ines",
  "Jonas",
  "Kaya",
  "Luca",
];
const LAST = [
  "Abbott",
  "Bianchi",
  "Castro",
  "Dubois",
  "Eriksen",
  "Falk",
  "Garcia",
  "Hoang",
  "Ito",
  "Jensen",
  "Kovac",
];
const PRODUCTS = ["Ledger", "Pulse", "Harbor", "Beacon", "Quarry", "Atlas", "Meadow", "Signal"];

/** Row `index` of any number of extra people, the same each time. None has the name of a seeded person. */
export function generatePerson(index: number, like: UserRow): UserRow {
  const first = FIRST[index % FIRST.length] ?? "";
  const last = LAST[Math.floor(index / FIRST.length) % LAST.length] ?? "";
  const email = `${first}.${last}.${index}@acme.example`.toLowerCase();
  return {
    ...like,
    id: deriveId(`person ${index}`),
    displayName: `${first} ${last}`,
    email,
    emails: [email],
    managerIds: [],
    roleIds: [],
  };
}

/** Row `index` of any number of extra apps, the same each time. */
export function generateApp(index: number, like: AppRow): AppRow {
  const product = PRODUCTS[index % PRODUCTS.length] ?? "";
  return {
    ...like,
    id: deriveId(`app ${index}`),
    displayName: `${product} ${index}`,
    description: "",
    userCount: index % 500,
    annotations: {},
    entitlementOwners: [],
  };
}
