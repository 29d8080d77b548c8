import type {
  App,
  AppInput,
  AppQuery,
  C1Api,
  Call,
  CatalogSchema,
  ConfiguredConnectorInput,
  Connector,
  ConnectorOwner,
  ConnectorOwnerRef,
  ConnectorUpdate,
  DelegatedConnectorInput,
  Identity,
  Page,
  PageRequest,
  Policy,
  PolicyQuery,
  PreparedWrite,
  User,
  UserQuery,
} from "../../src/c1/port.ts";
import { Failure } from "../../src/errors.ts";
import type { JsonObject } from "../../src/json.ts";

/** A readable id of the right form: 27 letters and digits. */
export const idOf = (word: string): string => word.padEnd(27, "0");

export const JANE: User = {
  id: idOf("jane"),
  displayName: "Jane Doe",
  email: "jane@acme.example",
  status: "ENABLED",
};
export const SAM: User = {
  id: idOf("sam"),
  displayName: "Sam Roe",
  email: "sam@acme.example",
  status: "ENABLED",
};

/** Overrides of the tenant's usual behaviour. For a write, the override is called when it is sent. */
export interface Behaviour {
  introspect?: (call: Call) => Promise<Identity>;
  getUser?: (id: string, call: Call) => Promise<User>;
  searchUsers?: (query: UserQuery, page: PageRequest, call: Call) => Promise<Page<User>>;
  getApp?: (id: string, call: Call) => Promise<App>;
  searchApps?: (query: AppQuery, page: PageRequest, call: Call) => Promise<Page<App>>;
  createApp?: (input: AppInput, call: Call) => Promise<App>;
  getConnector?: (appId: string, connectorId: string, call: Call) => Promise<Connector>;
  listConnectors?: (appId: string, page: PageRequest, call: Call) => Promise<Page<Connector>>;
  createConnector?: (input: ConfiguredConnectorInput, call: Call) => Promise<Connector>;
  createDelegated?: (input: DelegatedConnectorInput, call: Call) => Promise<Connector>;
  updateConnector?: (input: ConnectorUpdate, call: Call) => Promise<Connector>;
  forceSync?: (appId: string, connectorId: string, call: Call) => Promise<object>;
  getOwner?: (ref: ConnectorOwnerRef, call: Call) => Promise<ConnectorOwner>;
  listOwners?: (
    appId: string,
    connectorId: string,
    page: PageRequest,
    call: Call,
  ) => Promise<Page<ConnectorOwner>>;
  addOwner?: (ref: ConnectorOwnerRef, call: Call) => Promise<ConnectorOwner>;
  getPolicy?: (id: string, call: Call) => Promise<Policy>;
  searchPolicies?: (query: PolicyQuery, page: PageRequest, call: Call) => Promise<Page<Policy>>;
  getSchema?: (catalogId: string, call: Call) => Promise<CatalogSchema>;
}

/** One call that reached the tenant: the name of the operation and its arguments. */
export interface Reached {
  readonly name: keyof Behaviour;
  readonly args: readonly unknown[];
  readonly call: Call;
}

export interface FakeApi extends C1Api {
  readonly reached: Reached[];
  /** Arguments of the calls of one operation. */
  argsOf(name: keyof Behaviour): (readonly unknown[])[];
}

const WRITES = [
  "createApp",
  "createConnector",
  "createDelegated",
  "updateConnector",
  "forceSync",
  "addOwner",
] as const;

/** The names of the writes that were sent. */
export const writesOf = (api: FakeApi): string[] =>
  api.reached.map(({ name }) => name).filter((name) => (WRITES as readonly string[]).includes(name));

export const notFound = (): Failure =>
  new Failure("not_found", "C1 does not know it.", { status: 404, requestId: "req-404" });

/** A tenant with Jane and Sam, where everything works unless `behaviour` overrides it. Records every call. */
export function createFakeApi(behaviour: Behaviour = {}): FakeApi {
  const people = [JANE, SAM];
  const reached: Reached[] = [];
  const usual: Required<Behaviour> = {
    introspect: async () => ({ userId: JANE.id, principalId: idOf("principal"), roles: [], permissions: [] }),
    getUser: async (id) => people.find((user) => user.id === id) ?? Promise.reject(notFound()),
    searchUsers: async ({ query, email }) => ({
      items: people.filter((user) =>
        email === undefined ? user.email?.includes(query ?? "") : user.email === email,
      ),
    }),
    getApp: async (id) => ({ id, displayName: "Acme CRM" }),
    searchApps: async () => ({ items: [] }),
    createApp: async ({ displayName }) => ({ id: idOf("newApp"), displayName }),
    getConnector: async (appId, id) => ({ id, appId, displayName: "Okta" }),
    listConnectors: async () => ({ items: [] }),
    createConnector: async ({ appId, catalogId }) => ({ id: idOf("newConnector"), appId, catalogId }),
    createDelegated: async ({ appId, catalogId, displayName }) => ({
      id: idOf("newConnector"),
      appId,
      catalogId,
      displayName,
    }),
    updateConnector: async ({ appId, connectorId }) => ({ id: connectorId, appId, displayName: "Okta" }),
    forceSync: async () => ({}),
    getOwner: async () => Promise.reject(notFound()),
    listOwners: async () => ({ items: [] }),
    addOwner: async ({ userId, roleSlug }) => ({ userId, roleSlug }),
    getPolicy: async () => Promise.reject(notFound()),
    searchPolicies: async () => ({ items: [] }),
    getSchema: async () => Promise.reject(notFound()),
  };

  /** Records the call, runs it, and reports its response as the client does. */
  async function reach<Name extends keyof Behaviour>(
    name: Name,
    call: Call,
    ...args: readonly unknown[]
  ): Promise<Awaited<ReturnType<Required<Behaviour>[Name]>>> {
    reached.push({ name, args, call });
    const requestId = `req-${reached.length}`;
    const act = (behaviour[name] ?? usual[name]) as (...all: unknown[]) => Promise<never>;
    try {
      const value = await act(...args, call);
      call.onAnswer?.({ status: 200, requestId });
      return value;
    } catch (error) {
      if (error instanceof Failure && error.status !== undefined) {
        call.onAnswer?.({ status: error.status, requestId: error.requestId ?? requestId });
      }
      throw error;
    }
  }
  const write = <T>(path: string, body: object, send: (call: Call) => Promise<T>): PreparedWrite<T> => ({
    request: { method: "POST", path, body: body as JsonObject },
    send,
  });

  return {
    tenant: "acme.conductor.one",
    reached,
    argsOf: (wanted) => reached.flatMap(({ name, args }) => (name === wanted ? [args] : [])),
    session: { introspect: (call) => reach("introspect", call) },
    users: {
      get: (id, call) => reach("getUser", call, id),
      search: (query, page, call) => reach("searchUsers", call, query, page),
    },
    apps: {
      get: (id, call) => reach("getApp", call, id),
      search: (query, page, call) => reach("searchApps", call, query, page),
      create: (input) => write("/api/v1/apps", input, (call) => reach("createApp", call, input)),
    },
    connectors: {
      get: (appId, id, call) => reach("getConnector", call, appId, id),
      list: (appId, page, call) => reach("listConnectors", call, appId, page),
      create: (input) => write("/configured", input, (call) => reach("createConnector", call, input)),
      createDelegated: (input) => write("/delegated", input, (call) => reach("createDelegated", call, input)),
      update: (input) =>
        write("/updated", { connector: input }, (call) => reach("updateConnector", call, input)),
      forceSync: (appId, id) =>
        write(`/apps/${appId}/connectors/${id}/sync`, {}, (call) => reach("forceSync", call, appId, id)),
    },
    connectorOwners: {
      get: (ref, call) => reach("getOwner", call, ref),
      list: (appId, connectorId, page, call) => reach("listOwners", call, appId, connectorId, page),
      add: (ref) => write("/owners", ref, (call) => reach("addOwner", call, ref)),
    },
    policies: {
      get: (id, call) => reach("getPolicy", call, id),
      search: (query, page, call) => reach("searchPolicies", call, query, page),
    },
    catalog: { schema: (catalogId, call) => reach("getSchema", call, catalogId) },
    close: async () => undefined,
  };
}
