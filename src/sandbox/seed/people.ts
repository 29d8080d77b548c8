import type { UserRow } from "../state.ts";

type Person = Pick<UserRow, "id" | "displayName" | "email"> & Partial<UserRow>;

const MANAGER_ID = "2bIQENp8H1PnOJJCvkCJfYNd28S";

function person({ id, displayName, email, ...rest }: Person): UserRow {
  return {
    id,
    displayName,
    email,
    emails: [email],
    status: "ENABLED",
    type: "USER_TYPE_HUMAN",
    origin: "USER_ORIGIN_DIRECTORY",
    department: "Operations",
    jobTitle: "Analyst",
    managerIds: id === MANAGER_ID ? [] : [MANAGER_ID],
    roleIds: [],
    createdAt: "2024-02-05T09:00:00Z",
    deletedAt: null,
    ...rest,
  };
}

/** The tenant's people. Two share a first name, two a full name. */
export const PEOPLE = {
  /** The user of the sandbox's own credential. */
  caller: person({
    id: "2ap01qKWETna16GP2HJVliQs98g",
    displayName: "Alex Morgan",
    email: "alex.morgan@acme.example",
    department: "IT",
    jobTitle: "Identity administrator",
    roleIds: ["system:owner"],
  }),
  manager: person({
    id: MANAGER_ID,
    displayName: "Grace Kim",
    email: "grace.kim@acme.example",
    department: "IT",
    jobTitle: "Head of IT",
  }),
  janeDoe: person({
    id: "2blqQvXSVhpglvqomKjZPi61NkU",
    displayName: "Jane Doe",
    email: "jane.doe@acme.example",
    emails: ["jane.doe@acme.example", "jdoe@acme.example"],
    department: "Sales",
    jobTitle: "Sales operations lead",
  }),
  janeRoe: person({
    id: "2cFGdW66zS2OF5iikG4wTvNIOCc",
    displayName: "Jane Roe",
    email: "jane.roe@acme.example",
    department: "Finance",
    jobTitle: "Controller",
  }),
  samLee: person({
    id: "2cigq7bwGky3XpoicPkiPBL7vWX",
    displayName: "Sam Lee",
    email: "sam.lee@acme.example",
    department: "IT",
    jobTitle: "Systems engineer",
  }),
  priya: person({
    id: "2dC72dFrqcVB1JtcReNuhsMAkxY",
    displayName: "Priya Sharma",
    email: "priya.sharma@acme.example",
    department: "People",
    jobTitle: "HR partner",
  }),
  miguel: person({
    id: "2dfXFDTdZk1Cn1lL9thOi6MwsMe",
    displayName: "Miguel Torres",
    email: "miguel.torres@acme.example",
    department: "Engineering",
    jobTitle: "Platform engineer",
  }),
  zoe: person({
    id: "2e8xRka9qbXgJH1iI8F54wL5O97",
    displayName: "Zoë Müller",
    email: "zoe.mueller@acme.example",
    department: "Legal",
    jobTitle: "Counsel",
  }),
  chrisPark: person({
    id: "2ecNeM3oopfNY31LT7WATO0cV0V",
    displayName: "Chris Park",
    email: "chris.park@acme.example",
    department: "Engineering",
  }),
  chrisPark2: person({
    id: "2f5nquXoNSazTo097OWGqYmaS85",
    displayName: "Chris Park",
    email: "chris.park2@acme.example",
    department: "Support",
  }),
  yuki: person({
    id: "2fZE3WZqbExJQ4eOKURoFWTnFrj",
    displayName: "Yuki Tanaka",
    email: "yuki.tanaka@acme.example",
    department: "Engineering",
  }),
  omar: person({
    id: "2g2eG5hOTZjbbPcDIPePKnGqZoF",
    displayName: "Omar O'Neil-Haddad",
    email: "omar.oneil-haddad@acme.example",
    department: "Security",
  }),
  disabled: person({
    id: "2gW4Sc57qlOh6P7kPHE3lqwKnXZ",
    displayName: "Dana White",
    email: "dana.white@acme.example",
    status: "DISABLED",
  }),
  deleted: person({
    id: "2gzUfFgYEQPTYlHlYgSQBpSKRcT",
    displayName: "Victor Hale",
    email: "victor.hale@acme.example",
    status: "DELETED",
    deletedAt: "2025-06-30T16:20:00Z",
  }),
  /** The identity that workload federation maps to. */
  service: person({
    id: "2hSurkhcE7ub4agykZCLHqezvH2",
    displayName: "Acme Automation",
    email: "automation@acme.example",
    type: "USER_TYPE_SERVICE",
    origin: "USER_ORIGIN_LOCAL",
    department: "",
    jobTitle: "",
    managerIds: [],
  }),
} satisfies Record<string, UserRow>;
