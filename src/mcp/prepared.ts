import { isObject } from "../json.ts";
import type { Registry } from "../tools/registry.ts";
import { NAME, VERSION } from "../version.ts";
import type { Era, Message } from "./pipe.ts";

/** The tools do not change while a process lives. Five minutes bound how long a restart with other settings goes unnoticed. */
export const LIST_TTL_MS = 300_000;

export const MODERN = "2026-07-28";

/** What the protocol's own names in `_meta` begin with. A constant, because each copy counts in the bytes of a start. */
const PREFIX = "io.modelcontextprotocol/";

/** Every request of the 2026 era names its revision under this key; none of the 2025 era does. */
export const VERSION_KEY = `${PREFIX}protocolVersion`;

/** The extension by which the rest of a long call is taken later. */
export const TASKS = `${PREFIX}tasks`;

/** What is offered to clients of the newer era. */
export const MODERN_CAPABILITIES = { tools: {}, extensions: { [TASKS]: {} } };

export const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/**
 * Responses to every client's first requests, so that no SDK has to be loaded for them: that is half of the start-up time.
 * Accepts only messages of exactly the usual form; all others, and everything after one of those, go to the SDK of their era.
 */
export interface Prepared {
  /** The messages that the SDK must be given first, so that it reaches the state that it would have without us. Bounded. */
  readonly told: readonly Message[];
  /** The result for a request, nothing for a notification; undefined for messages that are left to the SDK. */
  take(message: Message): { readonly result?: object } | undefined;
}

export function createPrepared(era: Era, registry: Registry): Prepared {
  const told: Message[] = [];
  const answer = era === "v1" ? answerLegacy : answerModern;
  return {
    told,
    take(message) {
      const taken = answer(message, registry, told);
      const isNew = told.every(({ method }) => method !== message.method);
      if (taken && isNew && MOVES[era].includes(message.method ?? "")) told.push(message);
      return taken;
    },
  };
}

/** Messages that change an SDK's state when they first arrive. */
const MOVES: Readonly<Record<Era, readonly string[]>> = {
  v1: ["initialize", "notifications/initialized"],
  v2: ["server/discover", "tools/list"],
};

function answerLegacy({ id, method, params = {} }: Message, registry: Registry, told: readonly Message[]) {
  if (id === undefined) {
    const isDue = method === "notifications/initialized" && told.length === 1;
    return isDue && isEmpty(params) ? {} : undefined;
  }
  if (method === "initialize" && told.length === 0 && isUsual(params, INITIALIZE)) {
    const { protocolVersion } = params;
    const serverInfo = { name: NAME, version: VERSION };
    const { instructions } = registry;
    return { result: { protocolVersion, capabilities: { tools: {} }, serverInfo, instructions } };
  }
  if (!isEmpty(params)) return undefined;
  if (method === "ping") return { result: {} };
  return method === "tools/list" ? { result: { tools: registry.list() } } : undefined;
}

function answerModern({ id, method, params }: Message, registry: Registry) {
  if (id === undefined || !isUsual(params, { _meta: isUsualMeta })) return undefined;
  const rest = {
    resultType: "complete",
    ttlMs: LIST_TTL_MS,
    cacheScope: "private",
    _meta: { [`${PREFIX}serverInfo`]: { name: NAME, version: VERSION } },
  };
  if (method === "tools/list") return { result: { tools: registry.list(), ...rest } };
  if (method !== "server/discover") return undefined;
  const { instructions } = registry;
  return {
    result: { supportedVersions: [MODERN], capabilities: MODERN_CAPABILITIES, instructions, ...rest },
  };
}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

/** Whether the value is an object with all required members and no unknown ones. */
function isUsual(value: unknown, needed: Shape, optional: Shape = {}): boolean {
  if (!isObject(value)) return false;
  const shape = { ...needed, ...optional };
  return (
    Object.entries(value).every(([key, member]) => Object.hasOwn(shape, key) && shape[key]?.(member)) &&
    Object.keys(needed).every((key) => Object.hasOwn(value, key))
  );
}

const isText = (value: unknown) => typeof value === "string";
const isFlag = (value: unknown) => typeof value === "boolean";
const isEmpty = (value: unknown) => isUsual(value, {});
const isClient = (value: unknown) =>
  isUsual(
    value,
    { name: isText, version: isText },
    { title: isText, description: isText, websiteUrl: isText },
  );
const isCapabilities = (value: unknown) =>
  isUsual(
    value,
    {},
    {
      roots: (roots) => isUsual(roots, {}, { listChanged: isFlag }),
      sampling: isEmpty,
      elicitation: (elicitation) => isUsual(elicitation, {}, { form: isEmpty, url: isEmpty }),
      extensions: (extensions) => isUsual(extensions, {}, { [TASKS]: isEmpty }),
    },
  );

const INITIALIZE: Shape = {
  protocolVersion: (value) => LEGACY.includes(value as string),
  capabilities: isCapabilities,
  clientInfo: isClient,
};

/** Whether a request of the newer era says about itself what all say, and nothing else. */
export const isUsualMeta = (value: unknown) => isUsual(value, META);

const META: Shape = {
  [VERSION_KEY]: (value) => value === MODERN,
  [`${PREFIX}clientCapabilities`]: isCapabilities,
  [`${PREFIX}clientInfo`]: isClient,
};
